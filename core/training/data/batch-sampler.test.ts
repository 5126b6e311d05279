import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleBatches, sampleSharedBatches } from './batch-sampler.ts';

/** Pairs over few texts, so that many share one. */
const pairs = fc.array(fc.uniqueArray(fc.nat(30).map(String), { minLength: 2, maxLength: 4 }), {
  minLength: 2,
  maxLength: 60,
});
const size = fc.integer({ min: 2, max: 8 });

describe('the batches of an epoch', () => {
  it('hold no text twice, no more than their size and no pair alone', () => {
    fc.assert(
      fc.property(pairs, size, fc.nat(), (all, batchSize, seed) => {
        for (const batch of sampleBatches(all, batchSize, seed, 0)) {
          const texts = batch.flatMap((i) => all[i]);
          expect(new Set(texts).size).toBe(texts.length);
          expect(batch.length).toBeGreaterThan(1);
          expect(batch.length).toBeLessThanOrEqual(batchSize);
        }
      }),
    );
  });

  it('hold every pair that can be compared with another one, and repeat others for it only if need be', () => {
    fc.assert(
      fc.property(pairs, size, fc.nat(), (all, batchSize, seed) => {
        const used = sampleBatches(all, batchSize, seed, 0).flat();
        const comparable = all.flatMap((texts, i) =>
          all.some((others) => !others.some((text) => texts.includes(text))) ? [i] : [],
        );
        expect([...new Set(used)].sort((a, b) => a - b)).toEqual(comparable);
      }),
    );
  });

  it('lose no pair of a skewed dataset, and are no more than twice as long', () => {
    const all = Array.from({ length: 40 }, (_, i) => [`q${i}`, i < 25 ? 'c' : `c${i}`]);
    for (let epoch = 0; epoch < 20; epoch++) {
      const used = sampleBatches(all, 10, 7, epoch).flat();
      expect(new Set(used).size).toBe(40);
      expect(used.length).toBeLessThanOrEqual(80);
      // Those that are repeated take turns.
      const times = Map.groupBy(used, (i) => i);
      const repeats = all.flatMap((_, i) => (i < 25 ? [] : [times.get(i)?.length ?? 0]));
      expect(Math.max(...repeats) - Math.min(...repeats)).toBeLessThanOrEqual(1);
    }
  });

  it('compare a pair that is left over with as many as the others', () => {
    const all = Array.from({ length: 41 }, (_, i) => [`q${i}`, `c${i}`]);
    const batches = sampleBatches(all, 10, 7, 0);
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 10, 10, 10]);
    expect(new Set(batches.flat()).size).toBe(41);
  });

  it('hold each pair once when every passage has two questions', () => {
    const all = Array.from({ length: 1000 }, (_, i) => [`q${i}`, `c${i >> 1}`]);
    for (let epoch = 0; epoch < 20; epoch++) {
      const used = sampleBatches(all, 10, 7, epoch).flat();
      expect(new Set(used).size).toBe(1000);
      expect(used.length).toBeLessThanOrEqual(1020);
    }
  });

  it('are full when no text is shared', () => {
    const all = Array.from({ length: 194 }, (_, i) => [`q${i}`, `c${i}`]);
    const batches = sampleBatches(all, 10, 42, 0);
    expect(batches.map((batch) => batch.length)).toEqual([...Array(19).fill(10), 4]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
  });

  it('are a function of seed and epoch', () => {
    const all = Array.from({ length: 50 }, (_, i) => [`q${i}`, `c${i >> 1}`]);
    expect(sampleBatches(all, 8, 1, 0)).toEqual(sampleBatches(all, 8, 1, 0));
    expect(sampleBatches(all, 8, 1, 1)).not.toEqual(sampleBatches(all, 8, 1, 0));
    expect(sampleBatches(all, 8, 2, 0)).not.toEqual(sampleBatches(all, 8, 1, 0));
  });

  it('are planned within seconds even if a hundred thousand pairs share three passages', () => {
    const all = Array.from({ length: 100_000 }, (_, i) => [`q${i}`, `c${i % 3}`]);
    const batches = sampleBatches(all, 10, 1, 0);
    expect(new Set(batches.flat()).size).toBe(100_000);
  }, 5_000);

  it('are planned within seconds even if most or all of many pairs share a passage', () => {
    const all = Array.from({ length: 30_000 }, (_, i) => [`q${i}`, i % 10 > 0 ? 'c' : `c${i}`]);
    expect(new Set(sampleBatches(all, 10, 1, 0).flat()).size).toBe(30_000);
    const same = all.map(([query]) => [query as string, 'c']);
    expect(sampleBatches(same, 10, 1, 0)).toEqual([]);
  }, 5_000);
});

describe('batches of shared passages', () => {
  const all = Array.from({ length: 60 }, (_, i) => {
    const [query, passage] = [`q${i}`, `p${i % 20}`];
    return { id: query, query, passage, texts: [query, passage], negatives: [] };
  });

  it('hold all questions of their passages, and each question once in an epoch', () => {
    const batches = sampleSharedBatches(all, 8, 1, 0);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
    for (const batch of batches) {
      const passages = new Set(batch.map((i) => i % 20));
      expect(passages.size).toBeLessThanOrEqual(8);
      expect(batch).toHaveLength(3 * passages.size);
    }
  });

  it('lose no question if one passage is left over', () => {
    const used = sampleSharedBatches(all, 19, 1, 0).flat();
    expect([...new Set(used)].sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
  });

  it('need another passage to compare with', () => {
    expect(sampleSharedBatches(all.slice(0, 1), 8, 1, 0)).toEqual([]);
  });
});
