import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { QADataset } from '../../contracts/dataset.ts';
import type { Ranking } from '../../contracts/evaluation.ts';
import type { PassageInfo } from '../report-data.ts';
import { sliceQueries } from './slices.ts';

/** Queries of the given lengths; passage `p<i>` answers the i-th, and is ranked first if `found(i)`. */
function ranked(lengths: number[], found: (i: number) => boolean) {
  const ids = lengths.map((_length, i) => `q${i}`);
  const dataset: QADataset = {
    queries: Object.fromEntries(ids.map((id, i) => [id, '字'.repeat(lengths[i] as number)])),
    corpus: Object.fromEntries(ids.map((_id, i) => [`p${i}`, `p${i}`])),
    relevant_docs: Object.fromEntries(ids.map((id, i) => [id, [`p${i}`]])),
    mode: 'text',
  };
  const rankings: Ranking[] = ids.map((queryId, i) => ({ queryId, top: [], rank: found(i) ? 1 : 9 }));
  return { dataset, rankings };
}

it('groups by language and by document if there are several', () => {
  const { dataset, rankings } = ranked([5, 5, 5, 5], (i) => i < 3);
  const info = new Map<string, PassageInfo>(
    ['a.md', 'a.md', 'a.md', 'b.md'].map((path, i) => [`p${i}`, { path, headings: [], language: 'en' }]),
  );
  const none = ranked([5, 5, 5, 5], () => false).rankings;
  expect(sliceQueries(dataset, none, rankings, info)).toEqual([
    {
      by: 'document',
      groups: [
        { label: 'a.md', queries: 3, base: 0, tuned: 1 },
        { label: 'b.md', queries: 1, base: 0, tuned: 0 },
      ],
    },
  ]);
});

it('puts each query into exactly one group by length, and the hit rates of the groups add up', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 30, maxLength: 80 }), (lengths) => {
      const { dataset, rankings } = ranked(lengths, (i) => i % 3 === 0);
      const [slice] = sliceQueries(dataset, rankings, rankings, new Map());
      if (slice === undefined) return;
      expect(slice.groups.reduce((sum, { queries }) => sum + queries, 0)).toBe(lengths.length);
      const found = slice.groups.reduce((sum, { queries, tuned }) => sum + queries * tuned, 0);
      expect(found).toBeCloseTo(lengths.filter((_length, i) => i % 3 === 0).length, 9);
    }),
  );
});

it('does not group a few queries by length', () => {
  const { dataset, rankings } = ranked([1, 5, 9], () => true);
  expect(sliceQueries(dataset, rankings, rankings, new Map())).toEqual([]);
});
