import { describe, expect, it } from 'vitest';
import type { Pair } from '../../dataset/pairs.ts';
import { countUneven, planSteps, toRankingBatch } from './training-plan.ts';

const pairs: Pair[] = Array.from({ length: 22 }, (_, i) => ({
  id: `q${i}`,
  query: `query ${i}`,
  passage: `passage ${i}`,
  texts: [`query ${i}`, `passage ${i}`],
  negatives: [`near ${i}`, `nearer ${i}`],
}));
const options = { epochs: 2, batchSize: 4, accumulate: 1, seed: 7, negativesPerQuery: 1 };

describe('the steps of a training', () => {
  it('take one batch each, or as many of an epoch as are accumulated', () => {
    expect(planSteps(pairs, options, 'x').map((step) => step.length)).toEqual(Array.from({ length: 12 }, () => 1));
    const steps = planSteps(pairs, { ...options, accumulate: 4 }, 'x');
    expect(steps.map((step) => step.length)).toEqual([4, 2, 4, 2]);
    const firstEpoch = steps.slice(0, 2).flat();
    expect(firstEpoch.flatMap((batch) => batch.pairs).sort((a, b) => a - b)).toEqual(pairs.map((_, i) => i));
    expect(steps.flat()).toEqual(planSteps(pairs, options, 'x').flat());
  });

  it('are counted: pairs that are repeated, and pairs that nothing can be compared with', () => {
    expect(countUneven(planSteps(pairs, options, 'x'), pairs.length)).toEqual({ leftOut: 0, repeated: 0 });
    const about = (i: number): Pair => {
      const passage = i < 15 ? 'passage' : `passage ${i}`;
      return { ...(pairs[i] as Pair), passage, texts: [`query ${i}`, passage] };
    };
    const skewed = pairs.map((_, i) => about(i));
    // Seven pairs about other passages are not enough for fifteen about the same one.
    expect(countUneven(planSteps(skewed, options, 'x'), 22)).toMatchObject({ leftOut: 0 });
    expect(countUneven(planSteps(skewed, options, 'x'), 22).repeated).toBeGreaterThanOrEqual(2 * 8);
    const everywhere = { ...about(0), texts: [...new Set(skewed.flatMap(({ texts }) => texts))] };
    expect(countUneven(planSteps([...skewed.slice(1), everywhere], options, 'x'), 22).leftOut).toBe(1);
  });

  it('take a query’s hard negatives in turn, epoch by epoch', () => {
    const batches = planSteps(pairs, options, 'x').flat();
    const negatives = batches.map((batch) => toRankingBatch(batch, pairs, options).documents.slice(batch.pairs.length));
    const [first, second] = [negatives.slice(0, 6).flat(), negatives.slice(6).flat()];
    expect(first.every((text) => text.startsWith('near '))).toBe(true);
    expect(second.every((text) => text.startsWith('nearer '))).toBe(true);
  });
});
