import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';
import { bootstrapMeans } from './bootstrap.ts';
import { compareSystems } from './compare.ts';

it('agrees with the binomial distribution on the interval of a share', () => {
  // 160 of 200: standard error sqrt(0.8 * 0.2 / 200) = 0.02828, so 0.8 +- 0.0554 by the normal approximation.
  const column = Float64Array.from({ length: 200 }, (_, i) => (i % 5 === 0 ? 0 : 1));
  const [estimate] = bootstrapMeans([column]);
  expect(estimate?.value).toBeCloseTo(0.8, 12);
  expect(estimate?.low).toBeCloseTo(0.7446, 1.7);
  expect(estimate?.high).toBeCloseTo(0.8554, 1.7);
  expect((estimate?.high ?? 0) - (estimate?.low ?? 0)).toBeGreaterThan(0.1);
});

it('returns the same interval every time, with and without other columns', () => {
  const column = Float64Array.from({ length: 50 }, (_, i) => Math.sin(i));
  const other = Float64Array.from({ length: 50 }, (_, i) => i);
  expect(bootstrapMeans([other, column])[1]).toEqual(bootstrapMeans([column])[0]);
});

it('stays within the range of the values, and has no width if they are all equal', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), (values) => {
      const [estimate] = bootstrapMeans([Float64Array.from(values)], { resamples: 200 });
      const { low = Number.NaN, high = Number.NaN } = estimate ?? {};
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
      expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
    }),
  );
  expect(bootstrapMeans([new Float64Array(9).fill(0.5)])).toEqual([{ value: 0.5, low: 0.5, high: 0.5 }]);
});

it('refuses a mean over no query', () => {
  expect(() => bootstrapMeans([new Float64Array(0)])).toThrow('no query');
});

function dataset(queries: number): QADataset {
  const ids = Array.from({ length: queries }, (_, i) => `q${i}`);
  return {
    queries: Object.fromEntries(ids.map((id) => [id, id])),
    corpus: { right: 'right', wrong: 'wrong' },
    relevant_docs: Object.fromEntries(ids.map((id) => [id, ['right']])),
    mode: 'text',
  };
}

const rankings = (hits: boolean[]): Ranking[] =>
  hits.map((hit, i) => ({ queryId: `q${i}`, top: hit ? ['right', 'wrong'] : ['wrong', 'right'], rank: hit ? 1 : 2 }));

it('detects a small gain by comparing the same queries', () => {
  // 40 hits of 100 before, the same 40 and 8 more now. The two systems' own intervals overlap widely.
  const before = rankings(Array.from({ length: 100 }, (_, i) => i < 40));
  const after = rankings(Array.from({ length: 100 }, (_, i) => i < 48));
  const { metric, difference } = compareSystems(dataset(100), before, after, 'hit@1');
  expect(metric).toBe('hit@1');
  expect(difference.value).toBeCloseTo(0.08, 12);
  expect(difference.low).toBeGreaterThan(0.02);
  expect(difference.high).toBeLessThan(0.15);
});

it('changes its sign with the order of the systems', () => {
  const before = rankings([true, false, false, true, false]);
  const after = rankings([true, true, false, true, true]);
  const forward = compareSystems(dataset(5), before, after, 'mrr@5').difference;
  const backward = compareSystems(dataset(5), after, before, 'mrr@5').difference;
  expect(backward.value).toBeCloseTo(-forward.value, 12);
  expect(forward.value).toBeCloseTo(0.2, 12);
});

it('refuses to compare rankings of different queries', () => {
  const two = rankings([true, false]);
  expect(() => compareSystems(dataset(2), two, two.slice(1), 'hit@1')).toThrow('same queries');
  expect(() => compareSystems(dataset(2), two, two.toReversed(), 'hit@1')).toThrow('same queries');
});
