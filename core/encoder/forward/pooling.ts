import { div, matMul, norm, type Value } from '../../autodiff/index.ts';

/** As sentence-transformers names them. */
export const POOLINGS = ['mean', 'cls', 'lasttoken'] as const;
export type Pooling = (typeof POOLINGS)[number];

/** One row a text: `weights` [texts, tokens] times the hidden states [tokens, hidden]. */
export function pool(weights: Value, hidden: Value): Value {
  return matMul(weights, hidden);
}

/** A token's share in its text's row. */
export function poolingWeight(pooling: Pooling, position: number, length: number): number {
  if (pooling === 'mean') return 1 / length;
  return Number(position === (pooling === 'cls' ? 0 : length - 1));
}

/** Rows of Euclidean length 1. */
export function normalise(rows: Value): Value {
  return div(rows, norm(rows, [-1], { keep: true }));
}
