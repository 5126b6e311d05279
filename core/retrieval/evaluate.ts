import { setImmediate } from 'node:timers/promises';
import type { QADataset } from '../contracts/dataset.ts';
import type { Metrics, Ranking } from '../contracts/evaluation.ts';
import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions, TextEncoder } from '../contracts/model.ts';
import { Bm25Index } from './bm25.ts';
import { type Cutoffs, DEFAULT_CUTOFFS, deepestCutoff, summarise } from './metrics.ts';
import { type Collection, collect, Ranker } from './ranker.ts';
import { dot, scoreBlocks } from './score-blocks.ts';

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
  const queryVectors = await embed(
    encoder,
    queries.map(({ text }) => text),
    { as: 'query', onProgress: (done) => onProgress?.(done, total) },
  );
  const passageVectors = await embed(encoder, passages, {
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
  const index = new Bm25Index(collection.passages);
  const rankers: Ranker[] = [];
  for (const { text, relevantRows } of collection.queries) {
    const scores = index.score(text);
    const relevant = relevantRows.filter((row) => scores.has(row));
    const ranker = new Ranker(
      deepestCutoff(cutoffs),
      relevant.map((row) => ({ row, score: scores.get(row) as number })),
    );
    for (const [row, score] of scores) ranker.offer(row, score);
    rankers.push(ranker);
    onProgress?.(rankers.length, collection.queries.length);
    await setImmediate();
  }
  return finish(dataset, collection, rankers, cutoffs);
}

function finish(dataset: QADataset, { queries, passageIds }: Collection, rankers: Ranker[], cutoffs: Cutoffs) {
  const rankings = queries.map(({ id }, q) => (rankers[q] as Ranker).ranking(id, passageIds));
  return { metrics: summarise(dataset, rankings, cutoffs), rankings };
}

async function embed(encoder: TextEncoder, texts: readonly string[], options: EmbedOptions) {
  const vectors = await encoder.embed(texts, options);
  const faulty = texts.findIndex((_text, i) => !isUnit(vectors[i], encoder.dimension));
  if (faulty >= 0) {
    throw new Fault(
      'quality',
      `The model gave no unit vector of ${encoder.dimension} numbers for “${texts[faulty]?.slice(0, 80)}”.`,
      'Its weights may have diverged: train with a lower learning rate, or check the model’s files.',
    );
  }
  return vectors;
}

/** Within what float16 storage and truncated decimals do to a norm of 1; false for NaN. */
function isUnit(vector: Float32Array | undefined, dimension: number): boolean {
  return vector?.length === dimension && Math.abs(dot(vector, vector) - 1) < 0.01;
}
