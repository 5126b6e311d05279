import { describe, expect, it } from 'vitest';
import { drawn } from './draw.fixture.ts';
import { type Margins, mostLikelyScale } from './most-likely-scale.ts';
import { seeded } from './random.ts';

/** Softmaxes over ten scores each, whose right one was drawn with a probability that the scale gives it. */
function softmaxesAt(scale: number, count: number): Margins[] {
  const random = seeded(7);
  return Array.from({ length: count }, () => {
    const scores = Array.from({ length: 10 }, () => 0.1 * random());
    const weights = scores.map((score) => Math.exp(scale * score));
    const right = scores[drawn(weights, random)] as number;
    return scores.map((score) => score - right);
  });
}

describe('the most likely scale', () => {
  it.each([10, 30, 100])('is %d if the right ones were drawn at it', (scale) => {
    expect(mostLikelyScale(softmaxesAt(scale, 20_000), 1000).scale / scale).toBeCloseTo(1, 1);
  });

  it('has the lowest loss of all scales', () => {
    const softmaxes = softmaxesAt(40, 200);
    const { scale, loss } = mostLikelyScale(softmaxes, 1000);
    const at = (factor: number) =>
      softmaxes.reduce((sum, margins) => sum + Math.log(margins.reduce((s, m) => s + Math.exp(factor * m), 0)), 0) /
      200;
    expect(loss).toBeCloseTo(at(scale), 10);
    for (const factor of [0.5, 0.9, 1.1, 2]) expect(at(factor * scale)).toBeGreaterThan(loss);
  });

  it('is the largest allowed if every right one has the highest score', () => {
    expect(
      mostLikelyScale(
        [
          [0, -0.1],
          [0, -0.3, -0.2],
        ],
        1000,
      ),
    ).toEqual({ scale: 1000, loss: 0, losses: [0, 0] });
  });

  it('is about zero if every right one has the lowest score', () => {
    const { scale, loss } = mostLikelyScale([[0, 0.1]], 1000);
    expect(scale).toBeLessThan(1e-6);
    expect(loss).toBeCloseTo(Math.log(2), 6);
  });
});
