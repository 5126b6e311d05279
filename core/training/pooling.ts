import { div, matMul, norm, type Value } from './autodiff/index.ts';

export type Pooling = 'mean' | 'cls';

/** One row a text: `weights` [texts, tokens] times the hidden states [tokens, hidden]. */
export function pool(weights: Value, hidden: Value): Value {
  return matMul(weights, hidden);
}

/** A token's share in its text's row. */
export function poolingWeight(pooling: Pooling, position: number, length: number): number {
  return pooling === 'cls' ? Number(position === 0) : 1 / length;
}

/** Rows of Euclidean length 1. */
export function normalise(rows: Value): Value {
  return div(rows, norm(rows, [-1], { keep: true }));
}
