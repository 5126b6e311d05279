import { dot } from '../primitives/dot.ts';

/** Drift of vectors that cannot be compared: of other dimensions, zero, or not numbers. The largest there is. */
export const INCOMPARABLE = 2;

/** 1 − cosine, from 0 to 2. */
export function driftOf(expected: Float32Array | undefined, served: Float32Array | undefined): number {
  if (!expected || expected.length !== served?.length) return INCOMPARABLE;
  const cosine = dot(expected, served) / Math.sqrt(dot(expected, expected) * dot(served, served));
  return Number.isFinite(cosine) ? Math.max(0, 1 - cosine) : INCOMPARABLE;
}

/** The greatest difference of two numbers of the vectors, both scaled to length 1. */
export function greatestDifference(expected: Float32Array, served: Float32Array): number {
  const [a, b] = [scaled(expected), scaled(served)];
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] ?? Number.NaN))), 0);
}

/** The vector at length 1; as it is if it has none. */
export function scaled(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 && Number.isFinite(length) ? vector.map((x) => x / length) : vector;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** What rounding to each number format changes in a vector, as 1 − cosine at most: the lower limit of the next. */
const ROUNDING = [
  { format: 'float32', drift: 2e-6 },
  { format: 'float16', drift: 2e-4 },
  { format: 'bfloat16', drift: 5e-3 },
  { format: 'int8', drift: 5e-2 },
] as const;

/** Mean drift up to which vectors count as those of the model, computed with numbers of less precision. */
export const ACCEPTED = 2e-2;
/** Drift of a single text up to which its vector counts as the model's. */
export const ACCEPTED_TEXT = 5e-2;
/** Drift up to which nothing has to be explained. */
export const EXACT = ROUNDING[0].drift;

/** The number format whose rounding explains a drift; undefined if none does. */
export function roundingOf(drift: number): string | undefined {
  return ROUNDING.find((rounding) => drift <= rounding.drift)?.format;
}
