import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';

/** Outcomes of those queries of which no relevant passage is among the given ones, in order. */
export function questionsBeyond(
  { relevant_docs }: QADataset,
  rankings: readonly Ranking[],
  passages: QADataset['corpus'],
): Ranking[] {
  return rankings.filter(({ queryId }) => relevant_docs[queryId]?.every((id) => !Object.hasOwn(passages, id)));
}
