import { describe, expect, it } from 'vitest';
import { seeded } from '../../primitives/random.ts';
import { adamW } from './adamw.ts';
import { allocateParameters, type Parameter } from './parameters.ts';

/** Lengths that are not multiples of four, as the kernels need them, in several memories. */
const SHAPES = new Map([
  ['matrix', [5, 3]],
  ['vector', [7]],
  ['one', [1]],
  ['large', [210, 20]],
]);
const SHARED = 20;

function filled(seed = 1): Parameter[] {
  const parameters = allocateParameters(SHAPES, SHARED);
  const random = seeded(seed);
  for (const { weights, gradient } of parameters)
    for (const array of [weights, gradient]) array.set(array.map(() => random() - 0.5));
  return parameters;
}

function largestError(values: Float32Array, expected: Float64Array, scale = (_: number) => 1): number {
  return expected.reduce((most, x, i) => Math.max(most, Math.abs((values[i] as number) - x) / scale(x)), 0);
}

const OPTIONS = { learningRate: 1e-2, weightDecay: 0.1, maxGradientNorm: 1 };

describe('AdamW', () => {
  it('agrees with its definition in double precision', () => {
    const parameters = filled();
    const expected = parameters.map(({ weights, shape }) => ({
      w: Float64Array.from(weights),
      m: new Float64Array(weights.length),
      v: new Float64Array(weights.length),
      decays: shape.length > 1,
    }));
    for (let step = 1; step <= 3; step++) {
      const squared = parameters.reduce((n, { gradient }) => n + gradient.reduce((sum, g) => sum + g * g, 0), 0);
      expect(adamW(parameters, { ...OPTIONS, step })).toBeCloseTo(Math.sqrt(squared), 6);
      for (const [p, { w, m, v, decays }] of expected.entries())
        for (const [i, raw] of (parameters[p] as Parameter).gradient.entries()) {
          const g = raw / Math.sqrt(squared);
          const first = 0.9 * (m[i] as number) + 0.1 * g;
          const second = 0.999 * (v[i] as number) + 0.001 * g * g;
          const size = Math.sqrt(second / (1 - 0.999 ** step)) + 1e-8;
          w[i] = (w[i] as number) * (decays ? 1 - 1e-3 : 1) - (1e-2 * first) / (1 - 0.9 ** step) / size;
          [m[i], v[i]] = [first, second];
        }
    }
    for (const [p, { w, v }] of expected.entries()) {
      const { weights, second, name } = parameters[p] as Parameter;
      // Each step rounds a weight twice, up to a half, and the moment a few times, relative to its size.
      expect(largestError(weights, w), name).toBeLessThan(2e-7);
      expect(
        largestError(second, v, (expected) => expected),
        name,
      ).toBeLessThan(1e-6);
    }
  });

  it('gives the same weights whether tensors share a memory or not', () => {
    const apart = filled();
    const together = allocateParameters(SHAPES);
    for (const [i, { weights, gradient }] of together.entries()) {
      weights.set((apart[i] as Parameter).weights);
      gradient.set((apart[i] as Parameter).gradient);
    }
    expect(new Set(apart.map(({ weights }) => weights.buffer)).size).toBe(3);
    expect(new Set(together.map(({ weights }) => weights.buffer)).size).toBe(1);
    expect(adamW(apart, { ...OPTIONS, step: 1 })).toBe(adamW(together, { ...OPTIONS, step: 1 }));
    expect(apart.map(({ weights }) => weights)).toEqual(together.map(({ weights }) => weights));
  });

  it('lets the momentum of a weight without gradients fade to zero, not to subnormal numbers, which are slow', () => {
    const parameters = filled();
    adamW(parameters, { ...OPTIONS, step: 1 });
    for (const { gradient } of parameters) gradient.fill(0);
    for (let step = 2; step < 900; step++) adamW(parameters, { ...OPTIONS, step });
    for (const { first, second } of parameters) {
      expect(first.every((m) => m === 0)).toBe(true);
      expect(second.some((v) => v > 0)).toBe(true);
    }
  });

  it('gives the same bits every time', () => {
    const weights = [1, 2].map(() => {
      const parameters = filled();
      for (let step = 1; step <= 3; step++) adamW(parameters, { ...OPTIONS, step });
      return parameters.map(({ weights }) => weights);
    });
    expect(weights[0]).toEqual(weights[1]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('changes no weight if a gradient is %d', (bad) => {
    const parameters = filled();
    const before = parameters.map(({ weights }) => weights.slice());
    (parameters[1] as Parameter).gradient[6] = bad;
    expect(Number.isFinite(adamW(parameters, { ...OPTIONS, step: 1 }))).toBe(false);
    expect(parameters.map(({ weights }) => weights)).toEqual(before);
  });

  it('refuses a tensor that is larger than a memory, and names it', () => {
    expect(() => allocateParameters(new Map([['embeddings.weight', [300_000, 1024]]]))).toThrow(
      'embeddings.weight has 308 million numbers; training takes up to 268 million in one tensor.',
    );
  });
});
