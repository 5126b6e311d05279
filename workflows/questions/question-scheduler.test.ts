import { describe, expect, it } from 'vitest';
import type { LeasedChunksResult, OpenChunks, UnansweredChunk } from '../../core/contracts/asking.ts';
import { addFailure, noFailures } from '../../core/contracts/quarantine.ts';
import { NO_SPENDING } from '../../core/contracts/spending.ts';
import { MOST_BYTES } from '../payload-converter.ts';
import { QuestionScheduler } from './question-scheduler.ts';

const NOW = 1_000_000;
const openChunks = (open: number): OpenChunks => ({
  ...{ open, total: open + 50, tokens: open * 100, cost: open * 0.01, replayed: 50, limits: {} },
  list: { uri: 'file:///list', sha256: '0'.repeat(64), bytes: 1 },
  failures: noFailures(),
});
const optionsOf = (budget?: number) => ({ budget, maxFailedShare: 0.02 });
const schedulerOf = ({ open = 1000, budget }: { open?: number; budget?: number } = {}) =>
  new QuestionScheduler(openChunks(open), optionsOf(budget), NOW);

const report = { lease: 'a', requests: 1, tokens: 100, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 };
const resultOf = (change: Partial<LeasedChunksResult> = {}): LeasedChunksResult => ({
  ...{ spending: NO_SPENDING, done: 0, maxCost: 0, unsent: [], unanswered: [] },
  ...{ refused: [], failures: noFailures(), estimatedTokens: 0, answerMs: 0, report, tookMs: 10 },
  ...change,
});

/** One lease, from its request to its result. @returns how many requests it had. */
function lease(
  one: QuestionScheduler,
  result: (count: number, at: number) => Partial<LeasedChunksResult>,
  queuedMs = 0,
  now = NOW + 1000,
): number {
  const requests = one.nextLeaseSize();
  one.begin(requests);
  const taken = one.take(requests, requests);
  one.addResult(taken, resultOf(result(requests, taken.ranges[0]?.[0] ?? 0)), queuedMs, now);
  one.end();
  return requests;
}
const answered = (count: number) => ({
  spending: { ...NO_SPENDING, answers: count, cost: count * 0.01 },
  done: count,
  maxCost: 0.01,
});
const unanswered = (_: number, at: number) => ({
  unanswered: [{ at, chunkId: 'c', path: 'a.md', reason: 'the endpoint answered 503' }],
});

describe('the question scheduler', () => {
  it('starts with a single request, and continues with larger leases once that is answered', () => {
    const one = schedulerOf();
    expect(one.nextLeaseSize()).toBe(1);
    one.begin(1);
    expect(one.nextLeaseSize()).toBe(0);
    const taken = one.take(1, 1);
    one.addResult(taken, resultOf(answered(1)), 0, NOW);
    one.end();
    expect(one.nextLeaseSize()).toBeGreaterThan(30);
  });

  it('tries an endpoint that is down with one request at a time, at growing intervals', () => {
    const one = schedulerOf();
    lease(one, answered);
    lease(one, unanswered);
    const waits = [one.backoffMs];
    for (let attempt = 0; attempt < 7; attempt++) {
      expect(lease(one, unanswered)).toBe(1);
      waits.push(one.backoffMs);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(one.progress(NOW, 0).note).toContain('the endpoint answered 503');
    lease(one, answered);
    expect(one.backoffMs).toBe(0);
    expect(one.nextLeaseSize()).toBeGreaterThan(30);
  });

  describe('ends a run whose endpoint answers nothing', () => {
    /** Leases that go unanswered, one a minute. @returns the minutes until that is too long; undefined: never. */
    const minutesUntilSilent = (one: QuestionScheduler, most: number, first = 1): number | undefined => {
      for (let minute = first; minute <= most; minute++) {
        lease(one, unanswered, 0, NOW + minute * 60_000);
        if (one.silence(NOW + minute * 60_000)) return minute - 1;
      }
      return undefined;
    };

    it('and never did, after a quarter of an hour', () => {
      const one = schedulerOf();
      expect(minutesUntilSilent(one, 100)).toBe(15);
      expect(one.silence(NOW + 16 * 60_000)).toEqual({ ms: 15 * 60_000, reason: 'the endpoint answered 503' });
    });

    it('but did before, after twelve hours', () => {
      const one = schedulerOf();
      lease(one, answered);
      expect(minutesUntilSilent(one, 1000)).toBe(12 * 60);
    });

    it('also where the history was continued as new', () => {
      const one = schedulerOf();
      for (let minute = 1; minute < 12; minute++) lease(one, unanswered, 0, NOW + minute * 60_000);
      const again = new QuestionScheduler(openChunks(1000), optionsOf(), NOW, JSON.parse(JSON.stringify(one.state)));
      expect(minutesUntilSilent(again, 100, 12)).toBe(15);
    });

    it('but not while it asks for pauses, or while no worker asks', () => {
      const paused = schedulerOf();
      const rejected = (_: number, at: number) => ({ ...unanswered(_, at), report: { ...report, rejected: 1 } });
      for (let minute = 1; minute < 100; minute++) {
        lease(paused, rejected, 0, NOW + minute * 60_000);
        expect(paused.silence(NOW + minute * 60_000)).toBeUndefined();
      }
      const stopped = schedulerOf();
      lease(stopped, unanswered, 0, NOW);
      lease(stopped, unanswered, 0, NOW + 86_400_000);
      expect(stopped.silence(NOW + 86_400_000)).toBeUndefined();
    });

    it('and starts to count again with each answer', () => {
      const one = schedulerOf();
      lease(one, answered);
      for (let minute = 0; minute < 700; minute++) lease(one, unanswered, 0, NOW + minute * 60_000);
      lease(one, answered, 0, NOW + 700 * 60_000);
      expect(one.state.silentSince).toBeUndefined();
      expect(one.silence(NOW + 5000 * 60_000)).toBeUndefined();
    });
  });

  describe('a chunk that is always throttled', () => {
    /** Leases until asking is over, where the endpoint throttles these chunks and answers the others. */
    const ask = (one: QuestionScheduler, throttled: readonly number[], most = 1000) => {
      let leases = 0;
      for (; !one.isOver && leases < most; leases++) {
        const requests = one.nextLeaseSize();
        one.begin(requests);
        const taken = one.take(requests, requests);
        const at = taken.ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
        const hit = at.filter((position) => throttled.includes(position));
        const done = at.length - hit.length;
        const alone = requests === 1 && hit.length === 1;
        const reason = 'the endpoint answered 429 (Request too large)';
        const change = {
          ...answered(done),
          report: { ...report, rejected: hit.length },
          unsent: alone ? [] : hit.map((position): [number, number] => [position, position + 1]),
          unanswered: alone
            ? [{ at: hit[0] as number, chunkId: `c${hit[0]}`, path: 'a.md', reason, throttled: true as const }]
            : [],
        };
        one.addResult(taken, resultOf(change), 0, NOW);
        one.end();
      }
      return leases;
    };

    it('is set aside by name, with what the endpoint said, and does not hold up the run', () => {
      const one = schedulerOf({ open: 60 });
      expect(ask(one, [20, 59])).toBeLessThan(100);
      expect(one.isOver).toBe(true);
      expect(Object.values(one.state.refused).flat().sort()).toEqual(['c20', 'c59']);
      expect(Object.keys(one.state.refused).join()).toContain('Request too large');
      expect(one.state.spending.answers).toBe(58);
    });

    it('ends the run with what the endpoint said where no chunk may be set aside and none is answered for a day', () => {
      const one = new QuestionScheduler({ ...openChunks(5), total: 5 }, optionsOf(), NOW);
      ask(one, [0, 1, 2, 3, 4], 30);
      expect(one.silence(NOW + 25 * 3_600_000)).toBeUndefined();
      expect(one.silence(NOW + 26 * 3_600_000)?.reason).toContain('Request too large');
    });
  });

  it('forgets the tries of chunks that were answered after all', () => {
    const one = schedulerOf({ open: 200 });
    lease(one, answered);
    lease(one, unanswered);
    expect(Object.keys(one.state.backlog.unanswered)).toHaveLength(1);
    while (!one.isOver) lease(one, answered);
    expect(one.state.backlog.unanswered).toEqual({});
  });

  it('shows why leases are lost, until one brings answers', () => {
    const one = schedulerOf();
    one.begin(1);
    one.addLoss(one.take(1, 1), 'the store does not answer');
    one.end();
    expect(one.progress(NOW, 0).note).toContain('the store does not answer');
    expect(one.backlog.size).toBe(1000);
    lease(one, answered);
    expect(one.progress(NOW, 0).note).not.toContain('the store');
  });

  it('has fewer leases at once if activities wait in the queue, and more if they do not', () => {
    const one = schedulerOf({ open: 100_000 });
    lease(one, answered);
    const before = one.state.maxLeases;
    lease(one, answered, 5000);
    expect(one.state.maxLeases).toBeLessThan(before);
    for (let more = 0; more < 100; more++) lease(one, answered);
    expect(one.state.maxLeases).toBe(64);
  });

  it('never has more in flight than the budget can pay, and ends when that is used up', () => {
    const one = schedulerOf({ budget: 1 });
    lease(one, answered);
    let asked = 1;
    while (!one.isOver) asked += lease(one, answered);
    expect(asked).toBe(100);
    expect(one.isStoppedAtBudget).toBe(true);
    expect(one.state.spending.cost).toBeCloseTo(1, 10);
  });

  it('says which share of its budget is spent', () => {
    const [one, unlimited] = [schedulerOf({ budget: 1 }), schedulerOf()];
    expect([one.budgetShare, unlimited.budgetShare]).toEqual([0, 0]);
    for (const each of [one, unlimited]) lease(each, answered);
    expect(one.budgetShare).toBeCloseTo(one.state.spending.cost ?? 0, 10);
    expect(one.budgetShare).toBeGreaterThan(0);
    expect(unlimited.budgetShare).toBe(0);
    while (!one.isOver) lease(one, answered);
    expect(one.budgetShare).toBeCloseTo(1, 10);
  });

  it('does not commit its budget to a single cheap answer', () => {
    const one = schedulerOf({ open: 2000, budget: 0.2 });
    const costing = (each: number) => (count: number) => ({
      ...answered(count),
      spending: { ...NO_SPENDING, answers: count, cost: count * each },
      maxCost: each,
    });
    lease(one, costing(0.0001));
    while (!one.isOver) lease(one, costing(0.004));
    expect(one.state.spending.cost).toBeLessThanOrEqual(0.2);
    expect(one.state.spending.answers).toBeGreaterThan(10);
  });

  it('has no more requests in flight than answers that show what they cost, as estimates may be too low', () => {
    const estimatedAtLess = { ...openChunks(2000), cost: 0.02 };
    const one = new QuestionScheduler(estimatedAtLess, optionsOf(0.2), NOW);
    const sizes: number[] = [];
    const dear = (count: number) => ({ ...answered(count), maxCost: 0.01 });
    sizes.push(
      lease(one, (count) => ({
        ...answered(count),
        spending: { ...NO_SPENDING, answers: 1, cost: 0.0001 },
        maxCost: 0.0001,
      })),
    );
    while (!one.isOver) sizes.push(lease(one, dear));
    expect(sizes.slice(0, 4)).toEqual([1, 1, 2, 4]);
    expect(one.state.spending.cost).toBeLessThanOrEqual(0.2);
  });

  it('knows what answers cost from those that the ledger held', () => {
    const priced = { ...openChunks(1000), maxCost: 0.02 };
    const one = new QuestionScheduler(
      priced,
      { ...optionsOf(1.5), spent: { ...NO_SPENDING, answers: 50, cost: 0.5 } },
      NOW,
    );
    lease(one, answered);
    // 0.99 left, at 0.02 each.
    expect(one.nextLeaseSize()).toBe(49);
  });

  it('counts requests that wait for a lease against the budget', () => {
    const one = schedulerOf({ budget: 0.5 });
    lease(one, answered);
    one.begin(one.nextLeaseSize());
    one.begin(one.nextLeaseSize());
    expect(one.nextLeaseSize()).toBeLessThanOrEqual(0);
    expect(one.isOver).toBe(false);
  });

  it('estimates the tokens of a request from those billed', () => {
    const one = schedulerOf();
    expect(one.tokensPerRequest).toBe(100);
    lease(one, (count) => ({
      ...answered(count),
      spending: { ...answered(count).spending, promptTokens: 120, completionTokens: 30 },
      estimatedTokens: 100,
    }));
    expect(one.tokensPerRequest).toBe(150);
  });

  it('shows how far it is, what it has cost, and what it waits for', () => {
    const one = schedulerOf();
    lease(one, answered);
    lease(one, answered);
    const { done, total, rate, etaSeconds, note, waitsUntil } = one.progress(NOW + 2000, NOW + 50_000);
    expect({ done, total, waitsUntil }).toEqual({ done: 50 + one.state.done, total: 1050, waitsUntil: NOW + 50_000 });
    expect(etaSeconds).toBeCloseTo((total - done) / (rate ?? 0), 6);
    expect(note).toMatch(/^50 from the ledger · \$0\.\d\d$/);
  });

  it('continues from its serialized state', () => {
    const one = schedulerOf();
    lease(one, answered);
    lease(one, unanswered);
    const state = JSON.parse(JSON.stringify(one.state));
    const again = new QuestionScheduler(openChunks(1000), optionsOf(), NOW, state);
    expect([again.nextLeaseSize(), again.backoffMs, again.backlog.size]).toEqual([1, 1000, one.backlog.size]);
  });
});

it('keeps a state that Temporal takes, whatever the corpus: ten million chunks with passing errors', {
  timeout: 60_000,
}, () => {
  const total = 10_000_000;
  const one = schedulerOf({ open: total });
  const { backlog } = one;
  const store: UnansweredChunk[][] = [];
  let largest = 0;
  let leases = 0;
  let asked = 0;
  const tried = new Uint8Array(total);
  const [said, folder] = ['the filter refused it. '.repeat(40), 'folder/'.repeat(500)];
  // One chunk of twenty goes unanswered three times, here and there; one of a hundred is refused, in words of its own.
  const isSilent = (at: number) => (at * 7919) % 100 < 5 && (tried[at] as number) <= 3;
  const isRefused = (at: number) => (at * 7919) % 100 === 50;
  while (!one.isOver) {
    while (backlog.isOverfull) {
      const chunks = backlog.takeOverflow();
      expect(chunks.length).toBeLessThan(10_000);
      const part = { uri: `s3://acme-hone/artifacts/objects/${store.length}`, sha256: 'a'.repeat(64), bytes: 100_000 };
      backlog.addStored({ part, count: chunks.length });
      store.push(chunks);
    }
    const stored = backlog.takeStored();
    if (stored) backlog.restore(store[Number(stored.part.uri.split('/').at(-1))] ?? []);
    const requests = one.nextLeaseSize();
    one.begin(requests);
    const taken = one.take(requests, requests);
    const result = resultOf({ spending: { ...NO_SPENDING, answers: 1 } });
    for (const [from, to] of taken.ranges) {
      for (let at = from; at < to; at++) {
        asked++;
        tried[at] = (tried[at] as number) + 1;
        if (isSilent(at)) result.unanswered.push({ at, chunkId: `c${at}`, path: 'a.md', reason: 'answered 503' });
        else result.done++;
        if (!isRefused(at)) continue;
        const chunkId = `${at}`.padStart(16);
        result.refused.push({ chunkId, path: `${folder}${at}.md`, reason: `Request ${at}: ${said}` });
      }
    }
    for (const failed of result.refused.slice(0, 40)) addFailure(result.failures, failed);
    one.addResult(taken, result, 0, NOW + leases);
    one.end();
    if (leases++ % 500 === 0) largest = Math.max(largest, JSON.stringify(one.state).length);
  }
  expect(store.length).toBeGreaterThan(100);
  expect(largest).toBeLessThan(0.5 * MOST_BYTES);
  // Each was asked about until it was answered, and none again.
  expect(asked).toBe(total + 3 * 0.05 * total);
  expect(one.state.done).toBe(total);
  expect(one.state.backlog.unanswered).toEqual({});
});
