import { expect, it } from 'vitest';
import { Backlog } from './backlog.ts';

it('gives chunks from the front, and joins those put back with their neighbours', () => {
  const backlog = Backlog.of(100);
  expect(backlog.take(30)).toEqual({ ranges: [[0, 30]], recovering: false });
  backlog.putBack([
    [10, 20],
    [25, 30],
  ]);
  expect(backlog.state.open).toEqual([
    [10, 20],
    [25, 100],
  ]);
  expect(backlog.size).toBe(85);
  expect(backlog.take(12).ranges).toEqual([
    [10, 20],
    [25, 27],
  ]);
});

it('gives the chunks of a lost lease first and by themselves, as the ledger may hold answers about them', () => {
  const backlog = Backlog.of(10);
  const { ranges } = backlog.take(4);
  backlog.putBackLost(ranges);
  expect(backlog.size).toBe(10);
  expect(backlog.take(8)).toEqual({ ranges: [[0, 4]], recovering: true });
  expect(backlog.take(8)).toEqual({ ranges: [[4, 10]], recovering: false });
});

it('gives up a chunk that goes unanswered five times while others are answered', () => {
  const backlog = Backlog.of(1);
  const tries = [10, 20, 30, 40, 50].map((answers) => {
    backlog.take(1);
    return backlog.putBackUnanswered(0, answers, 0);
  });
  expect(tries).toEqual([false, false, false, false, true]);
  expect(backlog.size).toBe(0);
});

it('keeps a chunk through an outage of any length, and gives it up once others are answered again', () => {
  const backlog = Backlog.of(1);
  for (let attempt = 0; attempt < 50; attempt++) {
    backlog.take(1);
    expect(backlog.putBackUnanswered(0, 10, 0)).toBe(false);
  }
  backlog.take(1);
  expect(backlog.putBackUnanswered(0, 11, 0)).toBe(true);
});

it('gives a chunk that went unanswered after all others', () => {
  const backlog = Backlog.of(3);
  backlog.take(1);
  backlog.putBackUnanswered(0, 0, 0);
  expect(backlog.size).toBe(3);
  expect([1, 2, 3].map(() => backlog.take(1).ranges)).toEqual([[[1, 2]], [[2, 3]], [[0, 1]]]);
});

it('gives up the last few chunks in the end, if that many may end without a question', () => {
  const triesUntilGivenUp = (allowedFailures: number) => {
    const backlog = Backlog.of(2);
    for (let tries = 1; tries <= 100; tries++) {
      const at = backlog.take(1).ranges[0]?.[0] ?? Number.NaN;
      if (backlog.putBackUnanswered(at, 10, allowedFailures)) return tries;
    }
    return undefined;
  };
  expect(triesUntilGivenUp(1)).toBeUndefined();
  expect(triesUntilGivenUp(2)).toBe(59);
});
