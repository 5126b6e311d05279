import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { QADataset } from '../../contracts/dataset.ts';
import type { Ranking } from '../../contracts/evaluation.ts';
import { BASE, DATASET, TUNED } from '../report.fixture.ts';
import { pickExamples } from './pick-examples.ts';

it('separates newly found passages from lost ones, and leaves out unchanged ones', () => {
  const { foundNow, lostNow, foundNowCount, lostNowCount } = pickExamples(DATASET, BASE, TUNED);
  expect([foundNowCount, lostNowCount]).toEqual([1, 1]);
  expect(foundNow[0]).toMatchObject({
    queryId: 'q1',
    baseRank: 6,
    tunedRank: 1,
    passage: { id: 'p1' },
    instead: { id: 'p4' },
  });
  expect(lostNow[0]).toMatchObject({
    queryId: 'q3',
    baseRank: 2,
    tunedRank: 0,
    passage: { id: 'p3' },
    instead: { id: 'p4' },
  });
});

/** A dataset of n queries that passage `right` answers, and rankings with it at these ranks (0: not found). */
function ranked(ranks: number[]): { dataset: QADataset; rankings: Ranking[] } {
  const ids = ranks.map((_rank, i) => `q${i}`);
  const others = Array.from({ length: 12 }, (_, i) => `other${i}`);
  return {
    dataset: {
      queries: Object.fromEntries(ids.map((id) => [id, `${id}?`])),
      corpus: Object.fromEntries(['right', ...others].map((id) => [id, id])),
      relevant_docs: Object.fromEntries(ids.map((id) => [id, ['right']])),
      mode: 'text',
    },
    rankings: ranks.map((rank, i) => ({
      queryId: ids[i] as string,
      rank,
      top: rank === 0 ? others : [...others.slice(0, rank - 1), 'right', ...others.slice(rank - 1)],
    })),
  };
}

it('shows the right passage at any rank, and counts all changes', () => {
  const ranks = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), { minLength: 1 });
  fc.assert(
    fc.property(ranks, (pairs) => {
      const { dataset, rankings: base } = ranked(pairs.map(([before]) => before));
      const { rankings: tuned } = ranked(pairs.map(([, after]) => after));
      const within = (rank: number) => rank >= 1 && rank <= 5;
      const { foundNow, lostNow, foundNowCount, lostNowCount } = pickExamples(dataset, base, tuned, new Map(), 4);
      expect(foundNowCount).toBe(pairs.filter(([before, after]) => !within(before) && within(after)).length);
      expect(lostNowCount).toBe(pairs.filter(([before, after]) => within(before) && !within(after)).length);
      expect(foundNow.length).toBe(Math.min(4, foundNowCount));
      for (const { passage, instead } of [...foundNow, ...lostNow]) {
        expect(passage.id).toBe('right');
        expect(instead?.id).toBe('other0');
      }
    }),
  );
});

it('puts the largest changes first', () => {
  const { dataset, rankings: base } = ranked([6, 0, 12]);
  const { rankings: tuned } = ranked([5, 1, 2]);
  expect(pickExamples(dataset, base, tuned).foundNow.map(({ queryId }) => queryId)).toEqual(['q1', 'q2', 'q0']);
});
