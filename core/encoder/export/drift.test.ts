import { describe, expect, it } from 'vitest';
import { drift } from './drift.ts';

const row = (...numbers: number[]) => Float32Array.from(numbers);
const source = [row(1, 0), row(0.8, 0.6), row(0, 1)];

describe('the drift between two models', () => {
  it('is none where they agree, however long their rows are', () => {
    const scaled = source.map((x) => x.map((v) => 3 * v));
    expect(drift(source, scaled)).toEqual({
      texts: 3,
      minCosine: expect.closeTo(1, 7),
      meanCosine: expect.closeTo(1, 7),
      sameNearest: 1,
    });
  });

  it('names the worst text and the mean, and how often the nearest text is another', () => {
    // The middle text now leans to the third instead of the first.
    const { minCosine, meanCosine, sameNearest } = drift(source, [row(1, 0), row(0.6, 0.8), row(0, 1)]);
    expect(minCosine).toBeCloseTo(0.96, 6);
    expect(meanCosine).toBeCloseTo(2.96 / 3, 6);
    expect(sameNearest).toBeCloseTo(2 / 3, 6);
  });
});
