import { div, matMul, norm, type Value } from '../../autodiff/index.ts';

/** Poolings by the names that sentence-transformers gives them. */
export const POOLINGS = ['mean', 'cls', 'lasttoken'] as const;
export type Pooling = (typeof POOLINGS)[number];

/**
 * Pools the hidden states of each text.
 * @param weights [texts, tokens].
 * @param hidden [tokens, hidden].
 * @returns [texts, hidden].
 */
export function pool(weights: Value, hidden: Value): Value {
  return matMul(weights, hidden);
}

/** Weight of the token at `position` in the pooled state of a text of `length` tokens. */
export function poolingWeight(pooling: Pooling, position: number, length: number): number {
  if (pooling === 'mean') return 1 / length;
  return Number(position === (pooling === 'cls' ? 0 : length - 1));
}

/** Scales embeddings, [texts, dimension], to Euclidean length 1. */
export function normalise(embeddings: Value): Value {
  return div(embeddings, norm(embeddings, [-1], { keep: true }));
}
