import { expect, it } from 'vitest';
import { Backlog } from './backlog.ts';

it('is taken from the front, and what comes back is joined with its neighbours', () => {
  const list = Backlog.of(100);
  expect(list.take(30)).toEqual({ ranges: [[0, 30]], recovering: false });
  list.putBack([
    [10, 20],
    [25, 30],
  ]);
  expect(list.state.open).toEqual([
    [10, 20],
    [25, 100],
  ]);
  expect(list.size).toBe(85);
  expect(list.take(12).ranges).toEqual([
    [10, 20],
    [25, 27],
  ]);
});

it('gives out what a lost batch had first and by itself, as the ledger may know some of it by now', () => {
  const list = Backlog.of(10);
  const { ranges } = list.take(4);
  list.putBackLost(ranges);
  expect(list.size).toBe(10);
  expect(list.take(8)).toEqual({ ranges: [[0, 4]], recovering: true });
  expect(list.take(8)).toEqual({ ranges: [[4, 10]], recovering: false });
});

it('gives up a chunk that goes unanswered five times while others are answered', () => {
  const list = Backlog.of(1);
  const tries = [10, 20, 30, 40, 50].map((answers) => {
    list.take(1);
    return list.leftUnanswered(0, answers, 0);
  });
  expect(tries).toEqual([false, false, false, false, true]);
  expect(list.size).toBe(0);
});

it('keeps a chunk through an outage, however long, and gives it up only when others are answered again', () => {
  const list = Backlog.of(1);
  for (let attempt = 0; attempt < 50; attempt++) {
    list.take(1);
    expect(list.leftUnanswered(0, 10, 0)).toBe(false);
  }
  list.take(1);
  expect(list.leftUnanswered(0, 11, 0)).toBe(true);
});

it('asks about the others before a chunk that was left unanswered has another turn', () => {
  const list = Backlog.of(3);
  list.take(1);
  list.leftUnanswered(0, 0, 0);
  expect(list.size).toBe(3);
  expect([1, 2, 3].map(() => list.take(1).ranges)).toEqual([[[1, 2]], [[2, 3]], [[0, 1]]]);
});

it('does not wait without end for the last few chunks, if as many may go without a question', () => {
  const triesUntilGivenUp = (spare: number) => {
    const list = Backlog.of(2);
    for (let tries = 1; tries <= 100; tries++) {
      const [[at]] = list.take(1).ranges as [[number, number]];
      if (list.leftUnanswered(at, 10, spare)) return tries;
    }
    return undefined;
  };
  expect(triesUntilGivenUp(1)).toBeUndefined();
  expect(triesUntilGivenUp(2)).toBe(59);
});
