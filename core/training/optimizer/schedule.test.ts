import { describe, expect, it } from 'vitest';
import { learningRate } from './schedule.ts';

describe('the learning rate', () => {
  it('rises over the warm-up and falls to zero, as in transformers’ linear schedule', () => {
    const rates = Array.from({ length: 10 }, (_, step) => learningRate(step, 10, 1, 0.2));
    expect(rates).toEqual([0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125]);
    expect(learningRate(10, 10, 1, 0.2)).toBe(0);
  });

  it('starts at its peak without a warm-up, and only rises if all steps are warm-up', () => {
    expect(learningRate(0, 4, 3, 0)).toBe(3);
    expect([0, 1, 2, 3].map((step) => learningRate(step, 4, 1, 1))).toEqual([0, 0.25, 0.5, 0.75]);
  });
});
