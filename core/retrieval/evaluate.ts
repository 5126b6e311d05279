import type { QADataset } from '../contracts/dataset.ts';
import type { Metrics, Ranking } from '../contracts/evaluation.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { eventLoopYielder } from '../primitives/yield-to-event-loop.ts';
import { Bm25Index } from './bm25.ts';
import { type Cutoffs, DEFAULT_CUTOFFS, maxCutoff, summarise } from './metrics.ts';
import { type DocumentOf, questionGroups } from './question-groups.ts';
import { type Collection, Ranker, rankByCosine, toCollection } from './ranker.ts';

export interface EvaluationResult {
  metrics: Metrics;
  /** One ranking per query, in the dataset's order. */
  rankings: Ranking[];
  /** How many documents the queries are about; undefined if documents are not known. */
  documents?: number | undefined;
}

export interface EvaluationOptions {
  /** Default: `DEFAULT_CUTOFFS`. */
  cutoffs?: Cutoffs | undefined;
  /** The documents of the passages, for the intervals; default: not known. */
  documentOf?: DocumentOf | undefined;
  /** Texts embedded (or queries answered) so far, of how many. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Evaluates an encoder: ranks all passages by cosine for every query, by exact search, and computes the metrics.
 * @throws Fault `quality` if the model returns vectors that are not unit vectors of the encoder's dimension.
 */
export async function evaluateEncoder(
  encoder: TextEncoder,
  dataset: QADataset,
  { cutoffs = DEFAULT_CUTOFFS, documentOf, onProgress }: EvaluationOptions = {},
): Promise<EvaluationResult> {
  const collection = toCollection(dataset);
  const rankers = await rankByCosine(encoder, collection, maxCutoff(cutoffs), onProgress);
  return evaluateRankings(dataset, collection, rankers, cutoffs, documentOf);
}

/** Evaluates BM25 (`Bm25Index`). A passage that shares no term with the query is not in its ranking at any rank. */
export async function evaluateBm25(
  dataset: QADataset,
  { cutoffs = DEFAULT_CUTOFFS, documentOf, onProgress }: EvaluationOptions = {},
): Promise<EvaluationResult> {
  const collection = toCollection(dataset);
  const index = await Bm25Index.of(collection.passages);
  const rankers: Ranker[] = [];
  const yieldToEventLoop = eventLoopYielder();
  for (const { text, relevantRows } of collection.queries) {
    const { rows, scores } = index.score(text);
    const relevant = relevantRows.map((row) => ({ row, score: scores[row] as number }));
    const ranker = new Ranker(
      maxCutoff(cutoffs),
      relevant.filter(({ score }) => score > 0),
    );
    for (const row of rows) ranker.offer(row, scores[row] as number);
    rankers.push(ranker);
    onProgress?.(rankers.length, collection.queries.length);
    await yieldToEventLoop();
  }
  return evaluateRankings(dataset, collection, rankers, cutoffs, documentOf);
}

/** The rankings, and the metrics over them. */
export function evaluateRankings(
  dataset: QADataset,
  { queries, passageIds }: Collection,
  rankers: readonly Ranker[],
  cutoffs: Cutoffs,
  documentOf?: DocumentOf,
): EvaluationResult {
  const rankings = queries.map(({ id }, q) => (rankers[q] as Ranker).ranking(id, passageIds));
  const { groups, documents } = questionGroups(dataset, rankings, documentOf);
  return { metrics: summarise(dataset, rankings, cutoffs, groups), rankings, documents };
}
