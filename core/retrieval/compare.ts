import type { QADataset } from '../contracts/dataset.ts';
import type { Comparison, Ranking } from '../contracts/evaluation.ts';
import { bootstrapMeans } from './bootstrap.ts';
import { queryValues } from './metrics.ts';

/**
 * Tuned minus base by one metric, paired by query: the interval is that of the mean difference, which is much
 * narrower than the two systems' own intervals suggest, because both were asked the same questions.
 * @param metric a name and a cut-off no deeper than the rankings: `hit@5`, `mrr@10`.
 */
export function compareSystems(
  dataset: QADataset,
  base: readonly Ranking[],
  tuned: readonly Ranking[],
  metric: string,
): Comparison {
  const mismatch = base.length !== tuned.length || base.some(({ queryId }, i) => queryId !== tuned[i]?.queryId);
  if (mismatch) throw new RangeError('the two systems were not asked the same queries in the same order');
  const before = queryValues(dataset, base, metric);
  const after = queryValues(dataset, tuned, metric);
  const [difference] = bootstrapMeans([after.map((value, i) => value - (before[i] as number))]);
  return { metric, difference: difference as Comparison['difference'], queries: base.length };
}

/** Outcomes of those queries of which no relevant passage is among the given ones, in order. */
export function questionsBeyond(
  { relevant_docs }: QADataset,
  rankings: readonly Ranking[],
  passages: QADataset['corpus'],
): Ranking[] {
  return rankings.filter(({ queryId }) => relevant_docs[queryId]?.every((id) => !Object.hasOwn(passages, id)));
}
