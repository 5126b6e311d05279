import type { DocumentChanges } from '../contracts/corpus.ts';
import type { Comparison } from '../contracts/evaluation.ts';
import type { RetrainInput } from '../contracts/retrain.ts';
import { gainInWords, gateRefusal } from './gate.ts';

/** `3 changed, 1 added, 1 removed of 100 documents (5.0 %)` */
export function changesInWords({ unchanged, changed, added, removed, share }: DocumentChanges): string {
  const parts = [
    [changed, 'changed'],
    [added, 'added'],
    [removed, 'removed'],
  ] as const;
  const named = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const all = unchanged + changed + added + removed;
  return `${named.join(', ') || 'none changed'} of ${all} ${all === 1 ? 'document' : 'documents'} (${percent(share)})`;
}

export interface Candidate {
  /** Beside production, on questions neither was trained on. */
  gain: Comparison;
  /** The same on the general set, if there is one. */
  general?: Comparison | undefined;
  /** Why these very weights were rolled back, if they were: `v4, rolled back by anna: worse on part numbers`. */
  rolledBack?: string | undefined;
  /** Why a person does not want it, if one was asked and does not. */
  rejected?: string | undefined;
}

/** What a new model would replace. */
export interface Incumbent {
  /** `handbook v3`; `base` where nothing is published yet. */
  called: string;
  /** How a refusal begins: `handbook v3 stays`, `handbook stays unpublished`. */
  stays: string;
}

export function incumbent(name: string, version: number): Incumbent {
  if (version === 0) return { called: 'base', stays: `${name} stays unpublished` };
  return { called: `${name} v${version}`, stays: `${name} v${version} stays` };
}

/** Why nothing need be trained, as a sentence; undefined if enough has changed. */
export function tooLittleChanged(
  changes: DocumentChanges,
  { minChangedShare }: Pick<RetrainInput['retrain'], 'minChangedShare'>,
  { stays }: Incumbent,
): string | undefined {
  if (changes.share >= minChangedShare) return undefined;
  return `${stays}: ${changesInWords(changes)} since it was promoted, and retrain.minChangedShare is ${percent(minChangedShare)}.`;
}

/**
 * Whether a new model may take production's place, and why, as a sentence. What a person rolled back is never promoted
 * by itself again; the general set is judged by the mean alone, as an interval within a margin of 0.01 would take tens
 * of thousands of questions.
 */
export function decide(
  { gain, general, rolledBack, rejected }: Candidate,
  { gate, maxGeneralDrop }: Pick<RetrainInput['retrain'], 'gate' | 'maxGeneralDrop'>,
  { called, stays: opening }: Incumbent,
): { promote: boolean; reason: string } {
  const stays = (why: string) => ({ promote: false, reason: `${opening}: ${why}.` });
  if (rolledBack !== undefined) return stays(`training came to the weights of ${rolledBack}`);
  if (rejected !== undefined) return stays(`the new model was rejected: ${rejected}`);
  const refusal = gateRefusal(gate, gain, called);
  if (refusal !== undefined) return stays(`the new model was refused: ${refusal}${comparedWith(gain)}`);
  const generally = general && `on the general set it is ${gainInWords(general, called)}`;
  if (general && general.difference.value < -maxGeneralDrop) {
    return stays(`the new model was refused: ${generally}; retrain.maxGeneralDrop is ${percent(maxGeneralDrop)}`);
  }
  const better = `The new model is ${gainInWords(gain, called)}${comparedWith(gain)}`;
  return { promote: true, reason: `${better}${generally === undefined ? '' : `; ${generally}`}.` };
}

function comparedWith({ queries, metric }: Comparison): string {
  return queries === undefined ? '' : ` in ${metric} comparedWith ${queries} questions`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
