import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';
import { bootstrapMeans } from './bootstrap.ts';
import { compareSystems } from './compare.ts';

it('gives the interval of a share that the binomial distribution gives', () => {
  // 160 of 200: standard error sqrt(0.8 * 0.2 / 200) = 0.02828, so 0.8 +- 0.0554 by the normal approximation.
  const column = Float64Array.from({ length: 200 }, (_, i) => (i % 5 === 0 ? 0 : 1));
  const [estimate] = bootstrapMeans([column]);
  expect(estimate?.value).toBeCloseTo(0.8, 12);
  expect(estimate?.low).toBeCloseTo(0.7446, 1.7);
  expect(estimate?.high).toBeCloseTo(0.8554, 1.7);
  expect((estimate?.high ?? 0) - (estimate?.low ?? 0)).toBeGreaterThan(0.1);
});

it('gives the same interval every time, alone or beside other columns', () => {
  const column = Float64Array.from({ length: 50 }, (_, i) => Math.sin(i));
  const other = Float64Array.from({ length: 50 }, (_, i) => i);
  expect(bootstrapMeans([other, column])[1]).toEqual(bootstrapMeans([column])[0]);
});

it('holds the mean, stays within the values, and is a point where they are all one', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), (values) => {
      const [estimate] = bootstrapMeans([Float64Array.from(values)], 200);
      const { low = Number.NaN, high = Number.NaN } = estimate ?? {};
      expect(low).toBeLessThanOrEqual(high);
      expect(low).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
      expect(high).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
    }),
  );
  expect(bootstrapMeans([new Float64Array(9).fill(0.5)])).toEqual([{ value: 0.5, low: 0.5, high: 0.5 }]);
});

it('refuses a mean over nothing', () => {
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

const answers = (found: boolean[]): Ranking[] =>
  found.map((hit, i) => ({ queryId: `q${i}`, top: hit ? ['right', 'wrong'] : ['wrong', 'right'], rank: hit ? 1 : 2 }));

it('is certain of a small gain when the same questions are compared', () => {
  // 40 of 100 before, the same 40 and 8 more now: by themselves the two intervals overlap widely.
  const before = answers(Array.from({ length: 100 }, (_, i) => i < 40));
  const after = answers(Array.from({ length: 100 }, (_, i) => i < 48));
  const { metric, difference } = compareSystems(dataset(100), before, after, 'hit@1');
  expect(metric).toBe('hit@1');
  expect(difference.value).toBeCloseTo(0.08, 12);
  expect(difference.low).toBeGreaterThan(0.02);
  expect(difference.high).toBeLessThan(0.15);
});

it('turns its sign with the order of the systems', () => {
  const before = answers([true, false, false, true, false]);
  const after = answers([true, true, false, true, true]);
  const there = compareSystems(dataset(5), before, after, 'mrr@5').difference;
  const back = compareSystems(dataset(5), after, before, 'mrr@5').difference;
  expect(back.value).toBeCloseTo(-there.value, 12);
  expect(there.value).toBeCloseTo(0.2, 12);
});

it('does not compare systems that were asked different questions', () => {
  const two = answers([true, false]);
  expect(() => compareSystems(dataset(2), two, two.slice(1), 'hit@1')).toThrow('same queries');
  expect(() => compareSystems(dataset(2), two, two.toReversed(), 'hit@1')).toThrow('same queries');
});
