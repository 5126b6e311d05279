import { eyeLike, logSoftmax, matMul, mean, mul, neg, split, sum, type Value } from './autodiff/index.ts';

/**
 * MultipleNegativesRankingLoss (Henderson et al. 2017, as in sentence-transformers): each query's own passage against the other
 * passages of the batch, by cross entropy over scaled cosines.
 * @param rows L2-normalised, [2·pairs, width]: the queries first, then their passages in the same order.
 * @param scale Factor on the cosine; 20 in sentence-transformers.
 */
export function rankingLoss(rows: Value, scale: number): Value {
  const [queries, passages] = split(rows, 2, 0) as [Value, Value];
  const scores = logSoftmax(matMul(queries, passages, { transB: true, alpha: scale }));
  return neg(mean(sum(mul(scores, eyeLike(scores)), [1])));
}
