import { describe, expect, it } from 'vitest';
import { Pace } from '../throughput.ts';
import { learningRate } from './schedule.ts';

describe('the learning rate', () => {
  it('rises over the warm-up and falls to nothing, as transformers’ linear schedule does', () => {
    const rates = Array.from({ length: 10 }, (_, step) => learningRate(step, 10, 1, 0.2));
    expect(rates).toEqual([0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]);
    expect(learningRate(10, 10, 1, 0.2)).toBe(0);
  });

  it('begins at its peak without a warm-up, and only rises if all is warm-up', () => {
    expect(learningRate(0, 4, 3, 0)).toBe(3);
    expect([0, 1, 2, 3].map((step) => learningRate(step, 4, 1, 1))).toEqual([0, 0.25, 0.5, 0.75]);
  });
});

describe('the pace', () => {
  it('is not known, nor spoilt, by the slow first steps', () => {
    const pace = new Pace();
    pace.add(10, 60);
    pace.add(10, 30);
    expect(pace.rate).toBeUndefined();
    pace.add(10, 1);
    expect(pace.rate).toBe(10);
  });

  it('follows the last steps', () => {
    const pace = new Pace({ skip: 0, window: 2 });
    for (const seconds of [10, 1, 1]) pace.add(5, seconds);
    expect(pace.rate).toBe(5);
  });
});
