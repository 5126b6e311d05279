import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';
import { pickExamples } from './pick-examples.ts';
import { BASE, DATASET, TUNED } from './report.fixture.ts';

it('tells what is found now from what no longer is, and leaves out what did not change', () => {
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

/** A dataset of n queries, each answered by passage `right`, and rankings of it with these ranks (0: not at all). */
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

it('shows the right passage of every change, however far down it was, and counts them all', () => {
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

it('puts those first that moved most', () => {
  const { dataset, rankings: base } = ranked([6, 0, 12]);
  const { rankings: tuned } = ranked([5, 1, 2]);
  expect(pickExamples(dataset, base, tuned).foundNow.map(({ queryId }) => queryId)).toEqual(['q1', 'q2', 'q0']);
});
