import { describe, expect, it } from 'vitest';
import { adamW } from './adamw.ts';
import { allocateParameters, type Parameter } from './parameters.ts';
import { seeded } from './random.ts';

/** Lengths that are no multiple of the kernels' four, one that takes a memory of its own. */
const SHAPES = new Map([
  ['matrix', [5, 3]],
  ['vector', [7]],
  ['one', [1]],
  ['large', [2100, 2000]],
]);

function filled(seed = 1): Parameter[] {
  const parameters = allocateParameters(SHAPES);
  const random = seeded(seed);
  for (const { weights, gradient } of parameters)
    for (const array of [weights, gradient]) array.set(array.map(() => random() - 0.5));
  return parameters;
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
    for (const [p, { w }] of expected.entries()) {
      const { weights, name } = parameters[p] as Parameter;
      const worst = weights.reduce((most, x, i) => Math.max(most, Math.abs(x - w[i])), 0);
      expect(worst, name).toBeLessThan(2e-6);
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
});
