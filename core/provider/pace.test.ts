import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace, type PaceOptions } from './pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const open = (options: Partial<PaceOptions>) =>
  new Pace({ concurrency: 100, patienceMs: 20_000, onLongWait: (ms) => new Error(`wait ${ms}`), ...options });

/** Sends `sizes` through at once, each taking `tookMs`; when each one went out. */
async function send(pace: Pace, sizes: readonly number[], tookMs = 100): Promise<{ at: number; tokens: number }[]> {
  const sent: { at: number; tokens: number }[] = [];
  const all = Promise.all(
    sizes.map(async (tokens) => {
      const slot = await pace.enter(tokens);
      sent.push({ at: Date.now(), tokens });
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      slot.leave(tokens);
    }),
  );
  await vi.runAllTimersAsync();
  await all;
  return sent;
}

test('no window of a minute, wherever it begins, holds more requests or tokens than granted', async () => {
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

test('the whole grant is used: a hundred requests at fifty a minute take one minute', async () => {
  const start = Date.now();
  const sent = await send(open({ requestsPerMinute: 50 }), new Array(100).fill(1));
  expect(Math.max(...sent.map(({ at }) => at)) - start).toBe(60_000);
});

test('a request larger than the grant of a minute goes out alone instead of never', async () => {
  expect(await send(open({ tokensPerMinute: 10 }), [50, 50])).toHaveLength(2);
});

test('no more than the agreed number are in flight', async () => {
  const pace = open({ concurrency: 3 });
  let inFlight = 0;
  let most = 0;
  const all = Promise.all(
    Array.from({ length: 20 }, async () => {
      const slot = await pace.enter(1);
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inFlight--;
      slot.leave();
    }),
  );
  await vi.runAllTimersAsync();
  await all;
  expect(most).toBe(3);
});

test('a limit in a header lowers the profile’s and never raises it', async () => {
  for (const [limit, expected] of [
    ['2', 2],
    ['500', 10],
  ] as const) {
    const pace = open({ requestsPerMinute: 10 });
    pace.heed(new Headers({ 'x-ratelimit-limit-requests': limit }));
    const sent = await send(pace, new Array(10).fill(1));
    const first = Math.min(...sent.map(({ at }) => at));
    expect(sent.filter(({ at }) => at < first + 60_000)).toHaveLength(expected);
  }
});

test('what others on the same key have used is left to them until the reset', async () => {
  const pace = open({ requestsPerMinute: 10 });
  pace.heed(
    new Headers({
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '3',
      'x-ratelimit-reset-requests': '9s',
    }),
  );
  const start = Date.now();
  const sent = await send(pace, new Array(5).fill(1));
  expect(sent.map(({ at }) => at - start)).toEqual([0, 0, 0, 9000, 9000]);
});

test('a pause the endpoint asks for holds everybody back; a long one is an error at once', async () => {
  const pace = open({});
  const start = Date.now();
  pace.hold(5000);
  expect((await send(pace, [1, 1])).map(({ at }) => at - start)).toEqual([5000, 5000]);
  pace.hold(60_000);
  await expect(pace.enter(1)).rejects.toThrow('wait 60000');
});

test('whoever stops waiting leaves the others their place', async () => {
  const pace = open({ concurrency: 1 });
  const first = await pace.enter(1);
  const given = new AbortController();
  const second = pace.enter(1, given.signal);
  const third = pace.enter(1);
  given.abort(new Error('stopped'));
  await expect(second).rejects.toThrow('stopped');
  first.leave();
  (await third).leave();
  (await pace.enter(1)).leave();
});
