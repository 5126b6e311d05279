import { describe, expect, it } from 'vitest';
import type { LeasedChunksResult, OpenChunks } from '../../core/contracts/asking.ts';
import { noFailures } from '../../core/contracts/quarantine.ts';
import { NO_SPENDING } from '../../core/contracts/spending.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import { QuestionScheduler } from './question-scheduler.ts';

const NOW = 1_000_000;
const optionsOf = (budget?: number) =>
  parseRunInput({ documents: ['x'], questions: budget === undefined ? {} : { budget } }).questions;

function asking({ open = 1000, budget }: { open?: number; budget?: number } = {}): QuestionScheduler {
  const found = {
    ...{ open, total: open + 50, tokens: open * 100, cost: open * 0.01, replayed: 50, limits: {} },
    list: { uri: 'file:///list', sha256: '0'.repeat(64), bytes: 1 },
    failures: noFailures(),
  } as OpenChunks;
  return new QuestionScheduler(found, optionsOf(budget), NOW);
}

const report = { lease: 'a', requests: 1, tokens: 100, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 };
const resultOf = (change: Partial<LeasedChunksResult> = {}): LeasedChunksResult => ({
  ...{ spending: NO_SPENDING, done: 0, maxCost: 0, unsent: [], unanswered: [] },
  ...{ refused: [], failures: noFailures(), estimatedTokens: 0, report, tookMs: 10 },
  ...change,
});

/** One batch, from the wish to its result. @returns how many requests it had. */
function batch(
  one: QuestionScheduler,
  result: (count: number, at: number) => Partial<LeasedChunksResult>,
  queuedMs = 0,
): number {
  const requests = one.nextRequests();
  one.begin(requests);
  const taken = one.take(requests, requests);
  one.add(taken, resultOf(result(requests, taken.ranges[0]?.[0] ?? 0)), queuedMs, NOW + 1000);
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

describe('asking', () => {
  it('begins with one request, alone, and goes on with batches once that is answered', () => {
    const one = asking();
    expect(one.nextRequests()).toBe(1);
    one.begin(1);
    expect(one.nextRequests()).toBe(0);
    const taken = one.take(1, 1);
    one.add(taken, resultOf(answered(1)), 0, NOW);
    one.end();
    expect(one.nextRequests()).toBeGreaterThan(30);
  });

  it('looks with one request at a time, and ever more seldom, whether an endpoint that is down is back', () => {
    const one = asking();
    batch(one, answered);
    batch(one, unanswered);
    const waits = [one.backoffMs];
    for (let attempt = 0; attempt < 7; attempt++) {
      expect(batch(one, unanswered)).toBe(1);
      waits.push(one.backoffMs);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(one.progress(NOW, 0).note).toContain('the endpoint answered 503');
    batch(one, answered);
    expect(one.backoffMs).toBe(0);
    expect(one.nextRequests()).toBeGreaterThan(30);
  });

  it('remembers no tries of chunks that were answered after all, however many these become', () => {
    const one = asking({ open: 200 });
    batch(one, answered);
    batch(one, unanswered);
    expect(Object.keys(one.state.list.unanswered)).toHaveLength(1);
    while (!one.isOver) batch(one, answered);
    expect(one.state.list.unanswered).toEqual({});
  });

  it('says why batches are lost, until one brings answers', () => {
    const one = asking();
    one.begin(1);
    one.lose(one.take(1, 1), 'the store does not answer');
    one.end();
    expect(one.progress(NOW, 0).note).toContain('the store does not answer');
    expect(one.list.size).toBe(1000);
    batch(one, answered);
    expect(one.progress(NOW, 0).note).not.toContain('the store');
  });

  it('has fewer batches at once where they lie in the queue, and more where they do not', () => {
    const one = asking({ open: 100_000 });
    batch(one, answered);
    const before = one.state.batches;
    batch(one, answered, 5000);
    expect(one.state.batches).toBeLessThan(before);
    for (let more = 0; more < 100; more++) batch(one, answered);
    expect(one.state.batches).toBe(64);
  });

  it('never has more under way than its budget could pay, and ends when that is used up', () => {
    const one = asking({ budget: 1 });
    batch(one, answered);
    let asked = 1;
    while (!one.isOver) asked += batch(one, answered);
    expect(asked).toBe(100);
    expect(one.isStoppedAtBudget).toBe(true);
    expect(one.state.spending.cost).toBeCloseTo(1, 10);
  });

  it('holds requests that are only wished for against the budget too', () => {
    const one = asking({ budget: 0.5 });
    batch(one, answered);
    one.begin(one.nextRequests());
    one.begin(one.nextRequests());
    expect(one.nextRequests()).toBeLessThanOrEqual(0);
    expect(one.isOver).toBe(false);
  });

  it('learns from what was counted what a request costs', () => {
    const one = asking();
    expect(one.tokensPerRequest).toBe(100);
    batch(one, (count) => ({
      ...answered(count),
      spending: { ...answered(count).spending, promptTokens: 120, completionTokens: 30 },
      estimatedTokens: 100,
    }));
    expect(one.tokensPerRequest).toBe(150);
  });

  it('says how far it is, what it has cost, and what it waits for', () => {
    const one = asking();
    batch(one, answered);
    batch(one, answered);
    const { done, total, rate, etaSeconds, note, waitsUntil } = one.progress(NOW + 2000, NOW + 50_000);
    expect({ done, total, waitsUntil }).toEqual({ done: 50 + one.state.done, total: 1050, waitsUntil: NOW + 50_000 });
    expect(etaSeconds).toBeCloseTo((total - done) / (rate as number), 6);
    expect(note).toMatch(/^50 from the ledger · \$0\.\d\d$/);
  });

  it('goes on where it was when it is written down and read again', () => {
    const one = asking();
    batch(one, answered);
    batch(one, unanswered);
    const state = JSON.parse(JSON.stringify(one.state));
    const again = new QuestionScheduler(
      { open: 1000, total: 1050, tokens: 100_000 } as OpenChunks,
      optionsOf(),
      NOW,
      state,
    );
    expect([again.nextRequests(), again.backoffMs, again.list.size]).toEqual([1, 1000, one.list.size]);
  });
});
