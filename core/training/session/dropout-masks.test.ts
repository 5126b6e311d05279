import { describe, expect, it } from 'vitest';
import { DropoutMasks } from './dropout-masks.ts';

const LENGTH = 1 << 20;
const masks = (seed = 1) => new DropoutMasks({ seed, largest: LENGTH });
const dropped = (mask: Float32Array) => Array.from(mask, (x) => Number(x === 0));
const mean = (values: readonly number[]) => values.reduce((n, x) => n + x, 0) / values.length;

describe('dropout masks', () => {
  it('zero the share asked for and scale up the rest, so that sums keep their expectation', () => {
    for (const rate of [0.1, 0.5]) {
      const mask = masks().at(0, 0, rate, LENGTH);
      expect([...new Set(mask)].sort()).toEqual([0, Math.fround(1 / (1 - rate))]);
      // Five standard deviations of a million coin tosses.
      expect(Math.abs(mean(dropped(mask)) - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / LENGTH));
    }
  });

  it('are uncorrelated between neighbouring elements, rows, sites and steps', () => {
    const source = masks();
    const first = dropped(source.at(3, 0, 0.5, LENGTH));
    const correlation = (a: readonly number[], b: readonly number[]) =>
      4 * Math.abs(mean(a.map((x, i) => (x - 0.5) * ((b[i] as number) - 0.5))));
    const bound = 5 / Math.sqrt(LENGTH / 2);
    for (const lag of [1, 2, 4, 64, 384, 1536])
      expect(correlation(first.slice(lag), first.slice(0, -lag)), `lag ${lag}`).toBeLessThan(bound);
    for (const [step, site] of [
      [3, 1],
      [4, 0],
      [90, 0],
    ] as const)
      expect(correlation(first, dropped(source.at(step, site, 0.5, LENGTH))), `${step} ${site}`).toBeLessThan(bound);
  });

  it('are a function of seed, step and site, whichever masks were asked for before', () => {
    const [a, b] = [masks(), masks()];
    const expected = a.at(70, 5, 0.1, 1000).slice();
    b.at(0, 0, 0.1, LENGTH);
    b.at(70, 4, 0.5, 10);
    expect(b.at(70, 5, 0.1, 1000)).toEqual(expected);
    a.at(200, 0, 0.1, 1);
    expect(a.at(70, 5, 0.1, 1000)).toEqual(expected);
    expect(masks(2).at(70, 5, 0.1, 1000)).not.toEqual(expected);
  });

  it('are refused beyond the largest size announced', () => {
    expect(() => masks().at(0, 0, 0.1, 3 * LENGTH)).toThrow('larger than the largest that was announced');
  });
});
