import { add, concat, cos, mul, reshape, sin, split, sub, unsqueeze, type Value } from '../../autodiff/index.ts';
import type { ForwardPass } from './architecture.ts';

/** Cosine and sine of every token's angles, [tokens, 1, size / 2]. */
export interface Angles {
  readonly cosine: Value;
  readonly sine: Value;
}

/** @param base The longest wave is about 2π·base tokens long (`rope_theta`). */
export function rotaryAngles(pass: ForwardPass, size: number, base: number): Angles {
  const frequencies = Array.from({ length: size / 2 }, (_, i) => base ** ((-2 * i) / size));
  const angles = unsqueeze(mul(pass.place(), pass.graph.float(frequencies, [1, size / 2])), [1]);
  return { cosine: cos(angles), sine: sin(angles) };
}

/** Rotary position embedding (Su et al. 2021) of [tokens, heads·size], halves of a head paired as in transformers' `rotate_half`. */
export function rotate(x: Value, { cosine, sine }: Angles, size: number): Value {
  const [tokens, width] = x.shape as [string, number];
  const [a, b] = split(reshape(x, [tokens, width / size, size]), 2, 2) as [Value, Value];
  const turned = [sub(mul(a, cosine), mul(b, sine)), add(mul(b, cosine), mul(a, sine))];
  return reshape(concat(turned, 2), x.shape);
}
