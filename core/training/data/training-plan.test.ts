import { describe, expect, it } from 'vitest';
import type { Pair } from '../../dataset/pairs.ts';
import { batchOf, pairsIn, planSteps } from './training-plan.ts';

const pairs: Pair[] = Array.from({ length: 22 }, (_, i) => ({
  id: `q${i}`,
  query: `query ${i}`,
  passage: `passage ${i}`,
  texts: [`query ${i}`, `passage ${i}`],
  negatives: [`near ${i}`, `nearer ${i}`],
}));
const options = { epochs: 2, batchSize: 4, accumulate: 1, seed: 7, negativesPerQuery: 1 };

describe('the steps of a training', () => {
  it('take one batch each, or as many as are accumulated, within an epoch', () => {
    expect(planSteps(pairs, options, 'x').map((step) => step.length)).toEqual(Array.from({ length: 12 }, () => 1));
    const steps = planSteps(pairs, { ...options, accumulate: 4 }, 'x');
    expect(steps.map((step) => step.length)).toEqual([4, 2, 4, 2]);
    expect(
      steps
        .slice(0, 2)
        .flatMap(pairsIn)
        .sort((a, b) => a - b),
    ).toEqual(pairs.map((_, i) => i));
    expect(steps.flat()).toEqual(planSteps(pairs, options, 'x').flat());
  });

  it('bring a query’s hard negatives in turn, epoch by epoch', () => {
    const batches = planSteps(pairs, options, 'x').flat();
    const brought = batches.map((batch) => batchOf(batch, pairs, options).documents.slice(batch.pairs.length));
    expect(
      brought
        .slice(0, 6)
        .flat()
        .every((text) => text.startsWith('near ')),
    ).toBe(true);
    expect(
      brought
        .slice(6)
        .flat()
        .every((text) => text.startsWith('nearer ')),
    ).toBe(true);
  });
});
