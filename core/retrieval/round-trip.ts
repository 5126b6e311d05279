import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import type { RoundTripOptions, RoundTripReport } from '../contracts/round-trip.ts';
import { rankByCosine, toCollection } from './ranker.ts';

/** The two splits of one data set. The validation corpus holds every passage. */
export interface Splits {
  train: QADataset;
  validation: QADataset;
}

/**
 * Round-trip consistency as in Promptagator (Dai et al. 2022): a question passes if one of its relevant passages is among
 * the first k of all passages by cosine. With `filter`, training questions that do not pass are left out. Validation
 * questions always stay: leaving out those that the base model fails on would make its metrics look better than they are.
 * @throws Fault `quality` if the model returns vectors that are not unit vectors.
 */
export async function roundTrip(
  encoder: TextEncoder,
  { train, validation }: Splits,
  { topK, filter }: RoundTripOptions,
  onProgress?: (done: number, total: number) => void,
): Promise<{ train: QADataset; report: RoundTripReport }> {
  const collection = toCollection({
    ...validation,
    queries: { ...validation.queries, ...train.queries },
    relevant_docs: { ...validation.relevant_docs, ...train.relevant_docs },
  });
  const rankers = await rankByCosine(encoder, collection, 1, onProgress);
  const passed = new Set(
    collection.queries.filter((_, q) => (rankers[q]?.rank ?? Number.POSITIVE_INFINITY) <= topK).map(({ id }) => id),
  );
  const kept = filter ? restrict(train, passed) : train;
  const count = (split: QADataset) => {
    const ids = Object.keys(split.queries);
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

/** The data set with the given queries and their relevant passages alone. */
function restrict(dataset: QADataset, ids: ReadonlySet<string>): QADataset {
  const only = <T>(of: Record<string, T>, keep: ReadonlySet<string>) =>
    Object.fromEntries(Object.entries(of).filter(([id]) => keep.has(id)));
  const relevant_docs = only(dataset.relevant_docs, ids);
  const corpus = only(dataset.corpus, new Set(Object.values(relevant_docs).flat()));
  return { ...dataset, queries: only(dataset.queries, ids), relevant_docs, corpus };
}
