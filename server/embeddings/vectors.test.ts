import { expect, it } from 'vitest';
import { encode, shorten } from './vectors.ts';

const EMBEDDING = Float32Array.of(0.6, -0.64, 0.48);

it('shortens to unit length', () => {
  const short = shorten(EMBEDDING, 2);
  expect(Math.hypot(...short)).toBeCloseTo(1, 6);
  expect((short[0] as number) / (short[1] as number)).toBeCloseTo(0.6 / -0.64, 6);
  expect(shorten(EMBEDDING, 3)).toBe(EMBEDDING);
});

it('writes base64 as OpenAI’s clients read it: little-endian float32', () => {
  const bytes = Buffer.from(encode(EMBEDDING, 'base64') as string, 'base64');
  expect([0, 4, 8].map((at) => bytes.readFloatLE(at))).toEqual(Array.from(EMBEDDING));
});

it('keeps cosines in int8 but for rounding', () => {
  const other = Float32Array.of(0.1, 0.2, -0.97);
  const cosine = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x, i) => sum + x * (b[i] as number), 0) / Math.hypot(...a) / Math.hypot(...b);
  const [a, b] = [EMBEDDING, other].map((one) => encode(one, 'int8') as number[]) as [number[], number[]];
  expect(Math.max(...a.map(Math.abs))).toBe(127);
  expect(cosine(a, b)).toBeCloseTo(cosine([...EMBEDDING], [...other]), 2);
  expect(encode(new Float32Array(2), 'int8')).toEqual([0, 0]);
});
