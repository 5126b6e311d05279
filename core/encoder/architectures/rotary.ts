import { add, concat, cos, mul, reshape, sin, split, sub, unsqueeze, type Value } from '../../autodiff/index.ts';
import type { ForwardPass } from './architecture.ts';

/** Cosine and sine of the angles of each token, [tokens, 1, headWidth / 2]. */
export interface Angles {
  readonly cosine: Value;
  readonly sine: Value;
}

/** @param base `rope_theta`: the longest wavelength is about 2π·base tokens. */
export function rotaryAngles(pass: ForwardPass, headWidth: number, base: number): Angles {
  const frequencies = Array.from({ length: headWidth / 2 }, (_, i) => base ** ((-2 * i) / headWidth));
  const angles = unsqueeze(mul(pass.positions(), pass.graph.float(frequencies, [1, headWidth / 2])), [1]);
  return { cosine: cos(angles), sine: sin(angles) };
}

/**
 * Rotary position embedding (Su et al. 2021).
 * @param x [tokens, heads·headWidth]. The two halves of a head are paired, as in transformers' `rotate_half`.
 */
export function rotate(x: Value, { cosine, sine }: Angles, headWidth: number): Value {
  const [tokens, width] = x.shape as [string, number];
  const [a, b] = split(reshape(x, [tokens, width / headWidth, headWidth]), 2, 2);
  const rotated = [sub(mul(a, cosine), mul(b, sine)), add(mul(b, cosine), mul(a, sine))];
  return reshape(concat(rotated, 2), x.shape);
}
