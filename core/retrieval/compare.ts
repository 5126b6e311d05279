import type { QADataset } from '../contracts/dataset.ts';
import type { Comparison, Ranking } from '../contracts/evaluation.ts';
import { bootstrapFewMeans } from './bootstrap.ts';
import { highestValues, queryValues } from './metrics.ts';
import type { QuestionGroups } from './question-groups.ts';

/**
 * The mean difference tuned - base of a metric with its paired bootstrap interval. Since both systems ranked passages
 * for the same queries, this interval is much narrower than the intervals of the two means suggest.
 * @param metric name and cut-off, no deeper than the rankings: `hit@5`, `mrr@10`.
 * @param groups of each ranking; groups are resampled as a whole. Default: each question by itself.
 * @throws RangeError if the rankings are not of the same queries in the same order, or the metric is unknown.
 */
export function compareSystems(
  dataset: QADataset,
  base: readonly Ranking[],
  tuned: readonly Ranking[],
  metric: string,
  { groups, documents }: Partial<QuestionGroups> = {},
): Comparison {
  const mismatch = base.length !== tuned.length || base.some(({ queryId }, i) => queryId !== tuned[i]?.queryId);
  if (mismatch) throw new RangeError('the two systems did not rank the same queries in the same order');
  const before = queryValues(dataset, base, metric);
  const after = queryValues(dataset, tuned, metric);
  const values = after.map((value, i) => value - (before[i] as number));
  // With these two, the interval of a share's difference has the variance of Agresti and Min (2005).
  const highest = highestValues(dataset, base, metric).reduce((most, value) => Math.max(most, value), 0);
  const added = highest * Math.SQRT1_2;
  const [difference] = bootstrapFewMeans([{ values, added: [-added, added] }], groups);
  return { metric, difference: difference as Comparison['difference'], queries: base.length, documents };
}

/** The rankings of queries none of whose relevant passages is in `seenPassages`, in the same order. */
export function rankingsOfUnseenPassages(
  { relevant_docs }: QADataset,
  rankings: readonly Ranking[],
  seenPassages: QADataset['corpus'],
): Ranking[] {
  return rankings.filter(({ queryId }) => relevant_docs[queryId]?.every((id) => !Object.hasOwn(seenPassages, id)));
}
