import type { QADataset } from '../contracts/dataset.ts';
import type { Metrics, Ranking } from '../contracts/evaluation.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { eventLoopYielder } from '../primitives/yield-to-event-loop.ts';
import { Bm25Index } from './bm25.ts';
import { type Cutoffs, DEFAULT_CUTOFFS, deepestCutoff, summarise } from './metrics.ts';
import { type Collection, collect, Ranker } from './ranker.ts';
import { dot, scoreBlocks, unitRows } from './score-blocks.ts';

/** How a system did: means with intervals, and every query's outcome in the dataset's order. */
export interface Evaluated {
  metrics: Metrics;
  rankings: Ranking[];
}

export interface EvaluationSettings {
  /** Default: `DEFAULT_CUTOFFS`. */
  cutoffs?: Cutoffs;
  /** Texts embedded (or queries answered) so far, of how many. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Embeds queries and passages, ranks every passage for every query by cosine, exactly, and scores the rankings.
 * @throws Fault `quality` if the model gives vectors that are not unit vectors of its own dimension.
 */
export async function evaluateEncoder(
  encoder: TextEncoder,
  dataset: QADataset,
  { cutoffs = DEFAULT_CUTOFFS, onProgress }: EvaluationSettings = {},
): Promise<Evaluated> {
  const collection = collect(dataset);
  const { passages, queries } = collection;
  const total = queries.length + passages.length;
  const queryVectors = await unitRows(
    encoder,
    queries.map(({ text }) => text),
    { as: 'query', onProgress: (done) => onProgress?.(done, total) },
  );
  const passageVectors = await unitRows(encoder, passages, {
    as: 'passage',
    onProgress: (done) => onProgress?.(queries.length + done, total),
  });

  const rankers = queries.map(({ relevantRows }, q) => {
    const score = (row: number) => dot(queryVectors[q] as Float32Array, passageVectors[row] as Float32Array);
    return new Ranker(
      deepestCutoff(cutoffs),
      relevantRows.map((row) => ({ row, score: score(row) })),
    );
  });
  await scoreBlocks(queryVectors, passageVectors, (q, row, score) => (rankers[q] as Ranker).offer(row, score));
  return finish(dataset, collection, rankers, cutoffs);
}

/** The same of BM25 (see `Bm25Index`). A passage that shares no term with the query is not found at any rank. */
export async function evaluateBm25(
  dataset: QADataset,
  { cutoffs = DEFAULT_CUTOFFS, onProgress }: EvaluationSettings = {},
): Promise<Evaluated> {
  const collection = collect(dataset);
  const index = await Bm25Index.of(collection.passages);
  const rankers: Ranker[] = [];
  const yieldToEventLoop = eventLoopYielder();
  for (const { text, relevantRows } of collection.queries) {
    const { rows, scores } = index.score(text);
    const hits = relevantRows.map((row) => ({ row, score: scores[row] as number }));
    const ranker = new Ranker(
      deepestCutoff(cutoffs),
      hits.filter(({ score }) => score > 0),
    );
    for (const row of rows) ranker.offer(row, scores[row] as number);
    rankers.push(ranker);
    onProgress?.(rankers.length, collection.queries.length);
    await yieldToEventLoop();
  }
  return finish(dataset, collection, rankers, cutoffs);
}

function finish(dataset: QADataset, { queries, passageIds }: Collection, rankers: Ranker[], cutoffs: Cutoffs) {
  const rankings = queries.map(({ id }, q) => (rankers[q] as Ranker).ranking(id, passageIds));
  return { metrics: summarise(dataset, rankings, cutoffs), rankings };
}
