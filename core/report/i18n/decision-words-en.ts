import type { RetrainResult } from '../../contracts/retrain.ts';

type Decision = RetrainResult['decision'];

const count = (queries: number) => `${queries.toLocaleString('en')} ${queries === 1 ? 'question' : 'questions'}`;

/** The words of a decision's page, in English. Every other language has the same entries (`DecisionWords`). */
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
  /** The decision in a sentence of the page's language; none is needed where the reason, which is English, says it. */
  decided: (_result: Pick<RetrainResult, 'name' | 'decision' | 'version'>): string | undefined => undefined,
  runReport: 'Report of the run that trained',
  documents: 'Documents since the last promotion',
  changes: { changed: 'changed', added: 'added', removed: 'removed', unchanged: 'unchanged' },
  pathsBetween: ', ',
  before: (name: string, version: number) => `${name} v${version}, before anything was trained`,
  onAll: (queries: number) => `all ${count(queries)}`,
  onFresh: (queries: number) => `${queries.toLocaleString('en')} on what is new`,
  /** @param released as `handbook v3`; undefined where nothing had been published. */
  beside: (released: string | undefined) => `The new model beside ${released ?? 'its base'}`,
  on: (metric: string, where: 'validation' | 'general', queries: number | undefined) =>
    `${metric} on the ${where === 'general' ? 'general set' : 'validation questions'}${queries === undefined ? '' : `, ${count(queries)}`}`,
  difference: (points: string, low: string, high: string) =>
    `${points} points (95 % confidence interval ${low} to ${high})`,
};

export type DecisionWords = typeof decisionEn;
