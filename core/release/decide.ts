import type { DocumentChanges } from '../contracts/corpus.ts';
import type { Comparison } from '../contracts/evaluation.ts';
import type { RetrainInput } from '../contracts/retrain.ts';
import { describeGain, gateRefusal } from './gate.ts';

/** What the gate and a person know of a new model. */
export interface Candidate {
  /** Compared with the current model, on questions that neither was trained on. */
  gain: Comparison;
  /** The same on the general set, if there is one. */
  general?: Comparison | undefined;
  /**
   * Set if these weights were published before and rolled back: `v4, which anna rolled back (worse on part numbers)`.
   */
  rolledBack?: string | undefined;
  /** Whether the base model was better in every trial. */
  baseIsBetter?: boolean | undefined;
  /** Why a person rejected the model, if one did. */
  rejected?: string | undefined;
}

/** The model that a new one would replace, as messages name it. */
export interface CurrentModel {
  /** `handbook v3`; `base` if nothing is published yet. */
  label: string;
  /** Beginning of a refusal: `handbook v3 stays`, `handbook stays unpublished`. */
  stays: string;
}

/** @param version the current version; 0 if nothing is published under the name. */
export function describeCurrentModel(name: string, version: number): CurrentModel {
  if (version === 0) return { label: 'base', stays: `${name} stays unpublished` };
  return { label: `${name} v${version}`, stays: `${name} v${version} stays` };
}

/** `3 changed, 1 added, 1 removed of 100 documents (5.0 %)` */
export function describeChanges({ unchanged, changed, added, removed, share }: DocumentChanges): string {
  const counts = [
    [changed, 'changed'],
    [added, 'added'],
    [removed, 'removed'],
  ] as const;
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const all = unchanged + changed + added + removed;
  return `${parts.join(', ') || 'none changed'} of ${all} ${all === 1 ? 'document' : 'documents'} (${percent(share)})`;
}

/** Why no training is needed, as a sentence; undefined if enough documents have changed. */
export function tooLittleChanged(
  changes: DocumentChanges,
  { minChangedShare }: Pick<RetrainInput['retrain'], 'minChangedShare'>,
  { stays }: CurrentModel,
): string | undefined {
  if (changes.share >= minChangedShare) return undefined;
  return `${stays}: ${describeChanges(changes)} since it was promoted, and retrain.minChangedShare is ${percent(minChangedShare)}.`;
}

/**
 * Whether a new model replaces the current one, and why, as a sentence. Weights that a person rolled back are not
 * promoted again. On the general set only the mean counts: an interval within a margin of 0.01 would need tens of
 * thousands of questions.
 */
export function decide(
  { gain, general, rolledBack, baseIsBetter, rejected }: Candidate,
  { gate, maxGeneralDrop }: Pick<RetrainInput['retrain'], 'gate' | 'maxGeneralDrop'>,
  { label, stays }: CurrentModel,
): { promote: boolean; reason: string } {
  const refuse = (why: string) => ({ promote: false, reason: `${stays}: ${why}.` });
  if (rolledBack !== undefined) return refuse(`training produced the weights of ${rolledBack}`);
  if (rejected !== undefined) return refuse(`the new model was rejected: ${rejected}`);
  const refusal = gateRefusal(gate, { gain, baseIsBetter }, label);
  if (refusal !== undefined) return refuse(`the new model was refused: ${refusal}${basis(gain)}`);
  const onGeneral = general && `on the general set it is ${describeGain(general, label)}`;
  if (general && general.difference.value < -maxGeneralDrop) {
    return refuse(`the new model was refused: ${onGeneral}; retrain.maxGeneralDrop is ${percent(maxGeneralDrop)}`);
  }
  const better = `The new model is ${describeGain(gain, label)}${basis(gain)}`;
  return { promote: true, reason: `${better}${onGeneral === undefined ? '' : `; ${onGeneral}`}.` };
}

/** ` in hit@5 over 40 questions` */
function basis({ queries, metric }: Comparison): string {
  return queries === undefined ? '' : ` in ${metric} over ${queries} questions`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
