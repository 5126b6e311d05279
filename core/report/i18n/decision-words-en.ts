import type { RetrainResult } from '../../contracts/retrain.ts';

type Decision = RetrainResult['decision'];

const count = (queries: number) => `${queries.toLocaleString('en')} ${queries === 1 ? 'question' : 'questions'}`;

/** English texts of the decision page. Other languages have the same entries (`DecisionWords`). */
export const decisionEn = {
  kind: 'Retraining',
  heading: (name: string, decision: Decision) =>
    `${name}: ${
      {
        unchanged: 'nothing to do',
        identical: 'nothing to promote',
        refused: 'not promoted',
        promoted: 'promoted',
      }[decision]
    }`,
  /** The decision as a sentence; undefined in English, as the recorded reason is in English and says it. */
  decided: (_result: Pick<RetrainResult, 'name' | 'decision' | 'version'>): string | undefined => undefined,
  /** The recorded reason in the language of the page; undefined if it has no text there. */
  reason: (recorded: string): string | undefined => recorded,
  runReport: 'Report of the training run',
  documents: 'Changes of the documents since the last promotion',
  changes: { changed: 'changed', added: 'added', removed: 'removed', unchanged: 'unchanged' },
  pathsBetween: ', ',
  currentRelease: (name: string, version: number) => `${name} v${version} before the training`,
  onAll: (queries: number) => `all ${count(queries)}`,
  onUnseen: (queries: number) => `${count(queries)} about new passages`,
  /** @param released `handbook v3`; undefined if nothing was published. */
  comparison: (released: string | undefined) => `New model compared with ${released ?? 'its base model'}`,
  on: (metric: string, where: 'validation' | 'general', queries: number | undefined) =>
    `${metric} on the ${where === 'general' ? 'general set' : 'validation set'}${queries === undefined ? '' : `, ${count(queries)}`}`,
  difference: (points: string, low: string, high: string) =>
    `${points} points (95 % confidence interval ${low} to ${high})`,
};

export type DecisionWords = typeof decisionEn;
