import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochBatches } from './batches.ts';

/** Pairs over few texts, so that many share one. */
const pairs = fc.array(fc.uniqueArray(fc.nat(30).map(String), { minLength: 2, maxLength: 4 }), {
  minLength: 2,
  maxLength: 60,
});
const size = fc.integer({ min: 2, max: 8 });

describe('the batches of an epoch', () => {
  it('never hold a text twice, nor a pair twice, nor more than their size, nor a pair alone', () => {
    fc.assert(
      fc.property(pairs, size, fc.nat(), (all, batchSize, seed) => {
        const batches = epochBatches(all, batchSize, seed, 0);
        for (const batch of batches) {
          const texts = batch.flatMap((i) => all[i]);
          expect(new Set(texts).size).toBe(texts.length);
          expect(batch.length).toBeGreaterThan(1);
          expect(batch.length).toBeLessThanOrEqual(batchSize);
        }
        const used = batches.flat();
        expect(new Set(used).size).toBe(used.length);
      }),
    );
  });

  it('leave next to nothing out where every passage has two questions', () => {
    const all = Array.from({ length: 1000 }, (_, i) => [`q${i}`, `c${i >> 1}`]);
    for (let epoch = 0; epoch < 20; epoch++)
      expect(epochBatches(all, 10, 7, epoch).flat().length).toBeGreaterThanOrEqual(998);
  });

  it('are full when no text is shared', () => {
    const all = Array.from({ length: 194 }, (_, i) => [`q${i}`, `c${i}`]);
    const batches = epochBatches(all, 10, 42, 0);
    expect(batches.map((batch) => batch.length)).toEqual([...Array(19).fill(10), 4]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
  });

  it('are a function of seed and epoch', () => {
    const all = Array.from({ length: 50 }, (_, i) => [`q${i}`, `c${i >> 1}`]);
    expect(epochBatches(all, 8, 1, 0)).toEqual(epochBatches(all, 8, 1, 0));
    expect(epochBatches(all, 8, 1, 1)).not.toEqual(epochBatches(all, 8, 1, 0));
    expect(epochBatches(all, 8, 2, 0)).not.toEqual(epochBatches(all, 8, 1, 0));
  });

  it('are planned in a moment even if a hundred thousand pairs share few passages', () => {
    const all = Array.from({ length: 100_000 }, (_, i) => [`q${i}`, `c${i % 3}`]);
    const batches = epochBatches(all, 10, 1, 0);
    expect(batches.flat().length).toBeGreaterThan(99_000);
  }, 5_000);
});
