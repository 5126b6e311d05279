import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limitHeaders } from './limit-headers.ts';
import { RequestGate, type RequestGateOptions } from './request-gate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const open = (options: Partial<RequestGateOptions>) =>
  new RequestGate({ concurrency: 100, patienceMs: 20_000, onLongWait: (ms) => new Error(`wait ${ms}`), ...options });

const answer = (gate: RequestGate, headers: Record<string, string>) =>
  gate.updateFromHeaders(limitHeaders(new Headers(headers)));

/** Sends requests of these tokens at once, each taking `tookMs`; returns when each was sent. */
async function send(gate: RequestGate, sizes: readonly number[], tookMs = 100) {
  const sent: { at: number; tokens: number }[] = [];
  const all = Promise.all(
    sizes.map(async (tokens) => {
      const passage = await gate.enter(tokens);
      sent.push({ at: Date.now(), tokens });
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      passage.leave(tokens);
    }),
  );
  await vi.runAllTimersAsync();
  await all;
  return sent;
}

test('no window of a minute, wherever it begins, holds more requests or tokens than the limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 2, max: 8 }),
      async (sizes, requestsPerMinute) => {
        const sent = await send(open({ requestsPerMinute, tokensPerMinute: 100 }), sizes);
        expect(sent).toHaveLength(sizes.length);
        for (const { at } of sent) {
          const window = sent.filter((other) => other.at >= at && other.at < at + 60_000);
          expect(window.length).toBeLessThanOrEqual(requestsPerMinute);
          expect(window.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(100);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test('the whole limit is used: a hundred requests at fifty a minute take one minute', async () => {
  const start = Date.now();
  const sent = await send(open({ requestsPerMinute: 50 }), new Array(100).fill(1));
  expect(Math.max(...sent.map(({ at }) => at)) - start).toBe(60_000);
});

test('a request larger than the limit of a minute is sent alone instead of never', async () => {
  expect(await send(open({ tokensPerMinute: 10 }), [50, 50])).toHaveLength(2);
});

test('no more requests than the concurrency are in flight', async () => {
  const gate = open({ concurrency: 3 });
  let inFlight = 0;
  let most = 0;
  const all = Promise.all(
    Array.from({ length: 20 }, async () => {
      const passage = await gate.enter(1);
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inFlight--;
      passage.leave();
    }),
  );
  await vi.runAllTimersAsync();
  await all;
  expect(most).toBe(3);
});

test('a limit in a header lowers the profile’s, raises it again, and never exceeds it', async () => {
  for (const [limits, expected] of [
    [['2'], 2],
    [['500'], 10],
    [['2', '7'], 7],
  ] as const) {
    const gate = open({ requestsPerMinute: 10 });
    for (const limit of limits) answer(gate, { 'x-ratelimit-limit-requests': limit });
    const sent = await send(gate, new Array(10).fill(1));
    const first = Math.min(...sent.map(({ at }) => at));
    expect(sent.filter(({ at }) => at < first + 60_000)).toHaveLength(expected);
  }
});

test('what others on the same key have used is left to them until the reset', async () => {
  const gate = open({ requestsPerMinute: 10 });
  answer(gate, {
    'x-ratelimit-limit-requests': '10',
    'x-ratelimit-remaining-requests': '3',
    'x-ratelimit-reset-requests': '9s',
  });
  const start = Date.now();
  const sent = await send(gate, new Array(5).fill(1));
  expect(sent.map(({ at }) => at - start)).toEqual([0, 0, 0, 9000, 9000]);
});

test('others who use up the key for longer than the patience are an error at once', async () => {
  const gate = open({});
  answer(gate, {
    'x-ratelimit-limit-requests': '100',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '30s',
  });
  await expect(gate.enter(1)).rejects.toThrow('wait 30000');
});

test('a pause the endpoint asks for holds all requests back; a long one is an error at once', async () => {
  const gate = open({});
  const start = Date.now();
  gate.hold(5000);
  expect((await send(gate, [1, 1])).map(({ at }) => at - start)).toEqual([5000, 5000]);
  gate.hold(60_000);
  await expect(gate.enter(1)).rejects.toThrow('wait 60000');
});

test('a request that stops waiting leaves its turn to the others', async () => {
  const gate = open({ concurrency: 1 });
  const first = await gate.enter(1);
  const given = new AbortController();
  const second = gate.enter(1, given.signal);
  const third = gate.enter(1);
  given.abort(new Error('stopped'));
  await expect(second).rejects.toThrow('stopped');
  first.leave();
  (await third).leave();
  (await gate.enter(1)).leave();
});

test.each([-3_600_000, 3_600_000])(
  'nothing waits longer, or is sent sooner, when the clock is set by %i ms',
  async (by) => {
    const gate = open({ requestsPerMinute: 2 });
    (await gate.enter(1)).leave();
    (await gate.enter(1)).leave();
    gate.hold(5_000);
    vi.setSystemTime(Date.now() + by);
    const start = performance.now();
    const third = gate.enter(1).then(() => performance.now() - start);
    await vi.runAllTimersAsync();
    expect(await third).toBe(60_000);
  },
);
