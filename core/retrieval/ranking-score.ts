import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import type { RankingScore } from '../contracts/recipe.ts';
import { dot } from '../primitives/dot.ts';
import { mostLikelyScale } from '../primitives/most-likely-scale.ts';
import { embedCollection } from './embed.ts';
import { toCollection } from './ranker.ts';

/** Beyond it, a scale is as good as infinite: a difference of 0.01 is a factor of 20,000. */
const MAX_SCALE = 1000;
const CUTOFF = 10;

/**
 * How well an encoder ranks the passages of a dataset, by the first relevant passage of each query. Holds the cosines
 * of all queries with all passages.
 * @param onProgress texts embedded so far, of how many.
 * @throws Fault `quality` if the model returns vectors that are not unit vectors of the encoder's dimension.
 */
export async function rankingScore(
  encoder: TextEncoder,
  dataset: QADataset,
  onProgress?: (done: number, total: number) => void,
): Promise<RankingScore> {
  const { queries, passages } = toCollection(dataset);
  const texts = queries.map(({ text }) => text);
  const { queryEmbeddings, passageEmbeddings } = await embedCollection(encoder, texts, passages, onProgress);
  const margins = queries.map(({ relevantRows }, q) => {
    const [right, ...others] = relevantRows as [number, ...number[]];
    // Other passages that answer the query, or have the same text, are no wrong answers.
    const same = new Set([right, ...others].map((row) => passages[row]));
    const score = (row: number) => dot(queryEmbeddings[q] as Float32Array, passageEmbeddings[row] as Float32Array);
    const own = score(right);
    return passages.flatMap((text, row) => (row === right ? [0] : same.has(text) ? [] : [score(row) - own]));
  });
  const gains = margins.map((row) => {
    const rank = 1 + row.filter((margin) => margin > 0).length;
    return rank <= CUTOFF ? 1 / Math.log2(rank + 1) : 0;
  });
  const { loss } = mostLikelyScale(margins, MAX_SCALE);
  return { ndcg: gains.reduce((sum, gain) => sum + gain, 0) / gains.length, loss };
}
