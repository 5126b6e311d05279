import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import type { RoundTripOptions, RoundTripReport } from '../contracts/round-trip.ts';
import { type Ranker, rankByCosine, toCollection } from './ranker.ts';

/** A training and a validation dataset of the same documents. The validation corpus contains every passage. */
export interface SplitDataset {
  train: QADataset;
  validation: QADataset;
}

/**
 * Checks which questions retrieve one of their relevant passages among the first k of all passages: Promptagator's
 * round-trip consistency (Dai et al. 2022). With `filter`, the other questions are left out of the training dataset.
 * Validation questions are all kept: leaving out what the base model fails on would make every model look better.
 * @param onProgress texts embedded so far, of how many.
 * @throws Fault `quality` if the model returns vectors that are not unit vectors.
 */
export async function roundTrip(
  encoder: TextEncoder,
  { train, validation }: SplitDataset,
  { topK, filter }: RoundTripOptions,
  onProgress?: (done: number, total: number) => void,
): Promise<{ train: QADataset; report: RoundTripReport }> {
  const collection = toCollection({
    ...validation,
    queries: { ...validation.queries, ...train.queries },
    relevant_docs: { ...validation.relevant_docs, ...train.relevant_docs },
  });
  // Only the rank of the best relevant passage is needed, so the rankings are as short as possible.
  const rankers = await rankByCosine(encoder, collection, 1, onProgress);
  const passed = new Set(collection.queries.filter((_, q) => (rankers[q] as Ranker).rank <= topK).map(({ id }) => id));
  const kept = filter ? onlyQueries(train, passed) : train;
  const count = ({ queries }: QADataset) => {
    const ids = Object.keys(queries);
    return { questions: ids.length, passed: ids.filter((id) => passed.has(id)).length };
  };
  const report = {
    topK,
    train: count(train),
    validation: count(validation),
    leftOut: Object.keys(train.queries).length - Object.keys(kept.queries).length,
  };
  return { train: kept, report };
}

/** The dataset with only the given queries and the passages that are relevant to them. */
function onlyQueries(dataset: QADataset, ids: ReadonlySet<string>): QADataset {
  const only = <T>(entries: Record<string, T>, keep: ReadonlySet<string>) =>
    Object.fromEntries(Object.entries(entries).filter(([id]) => keep.has(id)));
  const relevant_docs = only(dataset.relevant_docs, ids);
  const corpus = only(dataset.corpus, new Set(Object.values(relevant_docs).flat()));
  return { ...dataset, queries: only(dataset.queries, ids), relevant_docs, corpus };
}
