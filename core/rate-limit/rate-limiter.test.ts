import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeaseReport, LeaseRequest } from '../contracts/rate-limit.ts';
import { simulate, type Window } from './rate-limiter.fixture.ts';
import { RateLimiter } from './rate-limiter.ts';

const MINUTES = 4;
const random = () => 0.5;
const WINDOWS: Window[] = ['sliding', 'fixed', 'bucket'];

describe('against a server that refuses what exceeds its windows, a quota', () => {
  it.each(WINDOWS)('is used to the full where requests bind (%s window)', (window) => {
    const limits = { requests: 6000, tokens: 1e9 };
    const { accepted, rejectedShare } = simulate({ limits, window, minutes: MINUTES, random });
    expect(accepted).toBeGreaterThan(0.95 * 6000 * MINUTES);
    expect(rejectedShare).toBeLessThan(0.01);
  });

  it.each(WINDOWS)('is used to the full where tokens bind, of which the estimate was wrong (%s window)', (window) => {
    const tokens = (dice: () => number) => Math.round(50 + 100 * dice());
    const limits = { requests: 1e6, tokens: 600_000 };
    const scenario = { limits, window, minutes: MINUTES, tokens, random: diceFrom(1), estimate: 160 };
    const { acceptedTokens, rejectedShare } = simulate(scenario);
    expect(acceptedTokens).toBeGreaterThan(0.95 * 600_000 * MINUTES);
    expect(rejectedShare).toBeLessThan(0.01);
  });

  it('is never exceeded, and is used, whatever the limits, the lengths and the delays', () => {
    const anything = fc.record({
      requests: fc.integer({ min: 30, max: 6000 }),
      tokens: fc.integer({ min: 30_000, max: 900_000 }),
      delay: fc.integer({ min: 5, max: 1500 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
      window: fc.constantFrom(...WINDOWS),
      known: fc.boolean(),
    });
    fc.assert(
      fc.property(anything, ({ requests, tokens, delay, seed, window, known }) => {
        const { accepted, acceptedTokens, rejectedShare } = simulate({
          limits: { requests, tokens },
          ...(known && { profile: { requestsPerMinute: requests, tokensPerMinute: tokens } }),
          window,
          minutes: MINUTES,
          tokens: (dice) => Math.round(60 + 80 * dice()),
          latencyMs: (dice) => delay * (0.5 + dice()),
          random: diceFrom(seed),
        });
        expect(rejectedShare).toBeLessThan(0.01);
        // Delays of two seconds cost their share of a minute; a small limit has a coarse grain.
        const used = Math.max((accepted + 8) / requests, (acceptedTokens + 800) / tokens) / MINUTES;
        expect(used).toBeGreaterThan(0.92);
      }),
      { numRuns: 30, seed: 20 },
    );
  });

  it('follows a limit that is halved, and one that is doubled', () => {
    const change = (factor: number) =>
      simulate({
        limits: { requests: 6000, tokens: 1e9 },
        minutes: 6,
        random,
        change: (server, elapsed) => {
          if (elapsed >= 120_000) server.limits.requests = 6000 * factor;
        },
      });
    // Two minutes at 6,000, half a one until the window has gone down, three and a half at 3,000.
    expect(change(0.5).accepted).toBeGreaterThan(0.95 * (12_000 + 3.5 * 3000));
    expect(change(2).accepted).toBeGreaterThan(0.95 * (12_000 + 4 * 12_000));
    for (const factor of [0.5, 2]) expect(change(factor).rejectedShare).toBeLessThan(0.01);
  });

  it('leaves others on the same key what they use', () => {
    const { accepted, rejectedShare } = simulate({
      limits: { requests: 6000, tokens: 1e9 },
      minutes: 6,
      random,
      // Half of the limit, in its own small steps.
      change: (server, elapsed) => server.spend(5, 500, 1_000_000_020_000 + elapsed),
    });
    expect(accepted).toBeGreaterThan(0.85 * 3000 * 6);
    expect(rejectedShare).toBeLessThan(0.02);
  });

  it('is shared evenly between runs', () => {
    const runs = ['large', 'small', 'smaller'];
    const { granted } = simulate({ limits: { requests: 3000, tokens: 1e9 }, minutes: 3, random, runs });
    const shares = runs.map((run) => granted[run] ?? 0);
    expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.1);
  });

  it('loses nothing when it is written down and read again, time after time', () => {
    const scenario = { limits: { requests: 3000, tokens: 1e9 }, minutes: 3, random };
    const rewritten = simulate({ ...scenario, rewriteEvery: 50 });
    expect(rewritten.granted).toEqual(simulate(scenario).granted);
  });
});

describe('a quota', () => {
  const now = 1_000_000;
  const ask = (requests: number, tokensEach = 100): LeaseRequest => ({
    lease: 'a',
    run: 'r',
    requests,
    tokensEach,
    limits: {},
  });
  const report = (change: Partial<LeaseReport>): LeaseReport => ({
    ...{ lease: 'a', requests: 1, tokens: 100, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 },
    ...change,
  });

  it('grants whatever is wished for while no limit is known', () => {
    const lease = new RateLimiter().size(ask(500));
    expect(lease).toEqual({ lease: 'a', requests: 500, spreadMs: 0 });
    expect(new RateLimiter().wait(lease, now)).toBe(0);
  });

  it('leases about a second of the smaller limit, and of a small one a few requests', () => {
    const size = (requestsPerMinute: number, tokensPerMinute?: number) => {
      const quota = new RateLimiter();
      quota.declare({ requestsPerMinute, tokensPerMinute });
      return quota.size(ask(500));
    };
    expect(size(6000)).toMatchObject({ requests: 100, spreadMs: 1000 });
    expect(size(6000, 60_000)).toMatchObject({ requests: 10, tokens: 1000, spreadMs: 1000 });
    expect(size(60)).toMatchObject({ requests: 5, spreadMs: 5000 });
    expect(size(3)).toMatchObject({ requests: 1, spreadMs: 0 });
  });

  it('lets headers correct the profile’s figure downward and back, never above it', () => {
    const quota = new RateLimiter();
    quota.declare({ requestsPerMinute: 1000 });
    const hear = (limit: number) => quota.report(report({ said: { requests: { limit }, agoMs: 0 } }), now);
    for (const [said, held] of [
      [400, 400],
      [700, 700],
      [5000, 1000],
    ] as const) {
      hear(said);
      expect(quota.limit('requests')).toBe(held);
    }
  });

  it('follows headers freely where the profile names no limit', () => {
    const quota = new RateLimiter();
    for (const limit of [400, 5000]) {
      quota.report(report({ said: { requests: { limit }, agoMs: 0 } }), now);
      expect(quota.limit('requests')).toBe(limit);
    }
  });

  it('grants nothing until a pause of six minutes is over, and then goes on', () => {
    const quota = new RateLimiter();
    quota.declare({ requestsPerMinute: 6000 });
    quota.report(report({ rejected: 1, holdMs: 360_000 }), now);
    const lease = quota.size(ask(100));
    expect(quota.wait(lease, now)).toBe(360_000);
    expect(quota.wait(lease, now + 359_000)).toBe(1000);
    expect(quota.wait(lease, now + 360_000)).toBe(0);
  });

  it('doubles its pause from one refusal to the next where the endpoint names none, until something is answered', () => {
    const quota = new RateLimiter();
    const refused = () => {
      quota.report(report({ rejected: 1 }), now);
      return quota.state.heldUntil - now;
    };
    expect([refused(), refused(), refused()]).toEqual([1000, 2000, 4000]);
    quota.report(report({}), now);
    quota.state.heldUntil = 0;
    expect(refused()).toBe(1000);
  });

  it('gives a lease that nobody reports on two minutes, and then forgets it', () => {
    const quota = new RateLimiter();
    quota.declare({ requestsPerMinute: 10 });
    quota.grant({ lease: 'lost', requests: 10, spreadMs: 0 }, now);
    expect(quota.wait(quota.size(ask(5)), now + 100_000)).toBeGreaterThan(15_000);
    expect(quota.wait(quota.size(ask(5)), now + 120_000)).toBe(0);
  });

  it('has what was leased and not sent to lease again at once', () => {
    const quota = new RateLimiter();
    quota.declare({ requestsPerMinute: 60 });
    quota.grant({ lease: 'a', requests: 50, spreadMs: 0 }, now);
    expect(quota.wait(quota.size(ask(5)), now + 1000)).toBeGreaterThan(10_000);
    quota.report(report({ requests: 0, tokens: 0 }), now + 1000);
    expect(quota.wait(quota.size(ask(5)), now + 1000)).toBe(0);
  });
});

/** Numbers that look random and are the same every time (MINSTD). */
function diceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
