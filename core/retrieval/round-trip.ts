import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import type { RoundTripOptions, RoundTripReport } from '../contracts/round-trip.ts';
import { collect, Ranker } from './ranker.ts';
import { dot, scoreBlocks, unitRows } from './score-blocks.ts';

/** The two sides of one dataset: the validation corpus holds every passage. */
export interface Sides {
  train: QADataset;
  validation: QADataset;
}

/**
 * Embeds all questions and all passages and sees which questions find a passage that answers them among the first k, as
 * Promptagator's round-trip consistency does (Dai et al. 2022). Where `filter` says so, training goes without the others;
 * the questions that judge stay, as leaving out what the base model cannot do would flatter it.
 * @throws Fault `quality` if the model gives vectors that are not unit vectors.
 */
export async function roundTrip(
  encoder: TextEncoder,
  { train, validation }: Sides,
  { topK, filter }: RoundTripOptions,
  onProgress?: (done: number, total: number) => void,
): Promise<{ train: QADataset; report: RoundTripReport }> {
  const { passages, queries } = collect({
    ...validation,
    queries: { ...validation.queries, ...train.queries },
    relevant_docs: { ...validation.relevant_docs, ...train.relevant_docs },
  });
  const total = queries.length + passages.length;
  const queryRows = await unitRows(
    encoder,
    queries.map(({ text }) => text),
    { as: 'query', onProgress: (done) => onProgress?.(done, total) },
  );
  const passageRows = await unitRows(encoder, passages, {
    as: 'passage',
    onProgress: (done) => onProgress?.(queries.length + done, total),
  });
  const rankers = queries.map(({ relevantRows }, q) => {
    const score = (row: number) => dot(queryRows[q] as Float32Array, passageRows[row] as Float32Array);
    return new Ranker(
      1,
      relevantRows.map((row) => ({ row, score: score(row) })),
    );
  });
  await scoreBlocks(queryRows, passageRows, (q, row, score) => (rankers[q] as Ranker).offer(row, score));

  const passed = new Set(queries.filter((_, q) => (rankers[q] as Ranker).rank <= topK).map(({ id }) => id));
  const kept = filter ? restrict(train, passed) : train;
  const count = (side: QADataset) => {
    const ids = Object.keys(side.queries);
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

/** A dataset of some of its queries, and of the passages that these know. */
function restrict(dataset: QADataset, ids: ReadonlySet<string>): QADataset {
  const only = <T>(of: Record<string, T>, keep: ReadonlySet<string>) =>
    Object.fromEntries(Object.entries(of).filter(([id]) => keep.has(id)));
  const relevant_docs = only(dataset.relevant_docs, ids);
  const corpus = only(dataset.corpus, new Set(Object.values(relevant_docs).flat()));
  return { ...dataset, queries: only(dataset.queries, ids), relevant_docs, corpus };
}
