import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CUTOFFS, metricNames, scoreQuery } from './metrics.ts';

describe('a query with two relevant passages, at ranks 3 and 6', () => {
  const top = ['a', 'b', 'R1', 'c', 'd', 'R2', 'e'];
  const relevant = new Set(['R1', 'R2']);
  const idealAt5 = 1 + 1 / Math.log2(3);

  it.each([
    ['hit@1', 0],
    ['hit@3', 1],
    ['precision@1', 0],
    ['precision@3', 1 / 3],
    ['precision@10', 2 / 10],
    ['recall@5', 1 / 2],
    ['recall@10', 1],
    ['mrr@5', 1 / 3],
    ['mrr@1', 0],
    ['ndcg@5', 0.5 / idealAt5],
    ['ndcg@10', (0.5 + 1 / Math.log2(7)) / idealAt5],
    ['ndcg@1', 0],
    ['map@100', (1 / 3 + 2 / 6) / 2],
    ['map@1', 0],
  ])('has %s %d', (metric, value) => {
    expect(scoreQuery(metric, top, relevant)).toBeCloseTo(value, 14);
  });
});

it('refuses unknown metrics', () => {
  expect(() => scoreQuery('f1@5', [], new Set(['a']))).toThrow('f1@5');
  expect(() => scoreQuery('hit', [], new Set(['a']))).toThrow('hit');
});

const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { minLength: 1, maxLength: 20 });

it('stays between 0 and 1, and is 1 if all relevant passages come first and within the cut-off', () => {
  fc.assert(
    fc.property(ids, ids, (top, relevant) => {
      for (const name of metricNames(DEFAULT_CUTOFFS)) {
        const value = scoreQuery(name, top, new Set(relevant));
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(value, name).toBeLessThanOrEqual(1 + 1e-12);
      }
      for (const name of ['hit@1', 'mrr@10', 'ndcg@10', 'map@100']) {
        expect(scoreQuery(name, relevant, new Set(relevant)), name).toBeCloseTo(1, 12);
      }
    }),
  );
});

it('hit, recall and MRR never fall with a larger cut-off', () => {
  fc.assert(
    fc.property(ids, ids, fc.integer({ min: 1, max: 20 }), (top, relevant, k) => {
      for (const kind of ['hit', 'recall', 'mrr']) {
        const at = (cutoff: number) => scoreQuery(`${kind}@${cutoff}`, top, new Set(relevant));
        expect(at(k + 1), kind).toBeGreaterThanOrEqual(at(k));
      }
    }),
  );
});

it('does not depend on the order of irrelevant passages', () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 1, max: 20 }), (top, k) => {
      const relevant = new Set(top.slice(0, 2));
      const renamed = top.map((id) => (relevant.has(id) ? id : `other ${id}`)).reverse();
      const original = top.toReversed();
      for (const kind of ['hit', 'precision', 'recall', 'mrr', 'ndcg', 'map']) {
        expect(scoreQuery(`${kind}@${k}`, renamed, relevant)).toBe(scoreQuery(`${kind}@${k}`, original, relevant));
      }
    }),
  );
});
