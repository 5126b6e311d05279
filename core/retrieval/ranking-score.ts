import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import type { RankingScore } from '../contracts/recipe.ts';
import { dot } from '../primitives/dot.ts';
import { mostLikelyScale } from '../primitives/most-likely-scale.ts';
import { embedCollection } from './embed.ts';
import { evaluateRankings } from './evaluate.ts';
import { type Cutoffs, maxCutoff } from './metrics.ts';
import { rankEmbeddings, toCollection } from './ranker.ts';

const CUTOFFS: Cutoffs = { hit: [], precisionRecall: [], mrr: [], ndcg: [10], map: [] };

/**
 * How well an encoder ranks the passages of a dataset; the loss is that of each query's first relevant passage. Holds
 * the cosines of all queries with all passages.
 * @param onProgress texts embedded so far, of how many.
 * @throws Fault `quality` if the model returns vectors that are not unit vectors of the encoder's dimension.
 */
export async function rankingScore(
  encoder: TextEncoder,
  dataset: QADataset,
  onProgress?: (done: number, total: number) => void,
): Promise<RankingScore> {
  const collection = toCollection(dataset);
  const { queries, passages } = collection;
  const texts = queries.map(({ text }) => text);
  const embeddings = await embedCollection(encoder, texts, passages, onProgress);
  const { queryEmbeddings, passageEmbeddings } = embeddings;
  const rankers = await rankEmbeddings(collection, embeddings, maxCutoff(CUTOFFS));
  const { metrics } = evaluateRankings(dataset, collection, rankers, CUTOFFS);
  const margins = queries.map(({ relevantRows }, q) => {
    const [right, ...others] = relevantRows as [number, ...number[]];
    // Other passages that answer the query, or have the same text, are no wrong answers.
    const same = new Set([right, ...others].map((row) => passages[row]));
    const score = (row: number) => dot(queryEmbeddings[q] as Float32Array, passageEmbeddings[row] as Float32Array);
    const own = score(right);
    return passages.flatMap((text, row) => (row === right ? [0] : same.has(text) ? [] : [score(row) - own]));
  });
  const { loss, losses } = mostLikelyScale(margins);
  return { ndcg: metrics['ndcg@10']?.value ?? Number.NaN, loss, losses: losses.map(rounded) };
}

/** Of each question a few bytes, as the workflow compares them. */
function rounded(loss: number): number {
  return Math.round(loss * 1e4) / 1e4;
}
