import { describe, expect, it } from 'vitest';
import { drift } from './measure-drift.ts';

const embedding = (...numbers: number[]) => Float32Array.from(numbers);
const source = [embedding(1, 0), embedding(0.8, 0.6), embedding(0, 1)];

describe('the drift between two models', () => {
  it('is none if they agree, regardless of the lengths of their vectors', () => {
    const scaled = source.map((x) => x.map((v) => 3 * v));
    expect(drift(source, scaled)).toEqual({
      texts: 3,
      minCosine: expect.closeTo(1, 7),
      meanCosine: expect.closeTo(1, 7),
      sameNearest: 1,
    });
  });

  it('gives the smallest and the mean cosine, and how often the nearest text is the same', () => {
    // The nearest text of the second is now the third instead of the first.
    const { minCosine, meanCosine, sameNearest } = drift(source, [
      embedding(1, 0),
      embedding(0.6, 0.8),
      embedding(0, 1),
    ]);
    expect(minCosine).toBeCloseTo(0.96, 6);
    expect(meanCosine).toBeCloseTo(2.96 / 3, 6);
    expect(sameNearest).toBeCloseTo(2 / 3, 6);
  });
});
