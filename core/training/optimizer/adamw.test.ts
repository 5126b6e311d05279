import { describe, expect, it } from 'vitest';
import { seeded } from '../../primitives/random.ts';
import { adamW } from './adamw.ts';
import { allocateParameters, type Parameter } from './parameters.ts';

/** Lengths that are no multiple of the kernels' four, in several memories. */
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

function worst(values: Float32Array, error: (x: number, i: number) => number): number {
  return values.reduce((most, x, i) => Math.max(most, Math.abs(error(x, i))), 0);
}

const OPTIONS = { learningRate: 1e-2, weightDecay: 0.1, maxGradientNorm: 1 };

describe('AdamW', () => {
  it('takes the steps that its definition says, in double precision', () => {
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
          m[i] = 0.9 * m[i] + 0.1 * g;
          v[i] = 0.999 * v[i] + 0.001 * g * g;
          const size = Math.sqrt(v[i] / (1 - 0.999 ** step)) + 1e-8;
          w[i] = w[i] * (decays ? 1 - 1e-3 : 1) - (1e-2 * m[i]) / (1 - 0.9 ** step) / size;
        }
    }
    for (const [p, { w, v }] of expected.entries()) {
      const { weights, second, name } = parameters[p] as Parameter;
      // Two roundings a step, of numbers up to a half; of the moment a few, relative to it.
      expect(
        worst(weights, (x, i) => x - w[i]),
        name,
      ).toBeLessThan(2e-7);
      expect(
        worst(second, (x, i) => (x - v[i]) / v[i]),
        name,
      ).toBeLessThan(1e-6);
    }
  });

  it('comes to the same wherever the tensors lie', () => {
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

  it('lets the momentum of a weight without gradients fade to zero, not to numbers that processors are slow with', () => {
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

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('leaves everything alone where a gradient is %d', (bad) => {
    const parameters = filled();
    const before = parameters.map(({ weights }) => weights.slice());
    (parameters[1] as Parameter).gradient[6] = bad;
    expect(Number.isFinite(adamW(parameters, { ...OPTIONS, step: 1 }))).toBe(false);
    expect(parameters.map(({ weights }) => weights)).toEqual(before);
  });

  it('refuses a tensor that no memory holds, by its name', () => {
    expect(() => allocateParameters(new Map([['embeddings.weight', [300_000, 1024]]]))).toThrow(
      'embeddings.weight has 308 million numbers; training takes up to 268 million in one tensor.',
    );
  });
});
