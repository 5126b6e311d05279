import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeaseReport, LeaseRequest } from '../contracts/rate-limit.ts';
import { simulate, type Window } from './rate-limiter.fixture.ts';
import { RateLimiter } from './rate-limiter.ts';

const MINUTES = 4;
const random = () => 0.5;
const WINDOWS: Window[] = ['sliding', 'fixed', 'bucket'];

describe('a rate limiter, against a server that rejects what exceeds its windows,', () => {
  it.each(WINDOWS)('uses the whole limit where requests bind (%s window)', (window) => {
    const limits = { requests: 6000, tokens: 1e9 };
    const { accepted, rejectedShare } = simulate({ limits, window, minutes: MINUTES, random });
    expect(accepted).toBeGreaterThan(0.95 * 6000 * MINUTES);
    expect(rejectedShare).toBeLessThan(0.01);
  });

  it.each(WINDOWS)('uses the whole limit where tokens bind and were estimated wrong (%s window)', (window) => {
    const tokens = (dice: () => number) => Math.round(50 + 100 * dice());
    const limits = { requests: 1e6, tokens: 600_000 };
    const scenario = { limits, window, minutes: MINUTES, tokens, random: diceFrom(1), estimate: 160 };
    const { acceptedTokens, rejectedShare } = simulate(scenario);
    expect(acceptedTokens).toBeGreaterThan(0.95 * 600_000 * MINUTES);
    expect(rejectedShare).toBeLessThan(0.01);
  });

  it('uses the limit and never exceeds it, for any limits, lengths and delays', () => {
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
        // Delays of two seconds cost their share of a minute; a small limit is granted in coarse steps.
        const used = Math.max((accepted + 8) / requests, (acceptedTokens + 800) / tokens) / MINUTES;
        expect(used).toBeGreaterThan(0.92);
      }),
      { numRuns: 30, seed: 20 },
    );
  });

  it('follows a limit that is halved or doubled', () => {
    const change = (factor: number) =>
      simulate({
        limits: { requests: 6000, tokens: 1e9 },
        minutes: 6,
        random,
        change: (server, elapsed) => {
          if (elapsed >= 120_000) server.limits.requests = 6000 * factor;
        },
      });
    // Two minutes at 6,000; half a minute until the window has fallen to 3,000; three and a half at 3,000.
    expect(change(0.5).accepted).toBeGreaterThan(0.95 * (12_000 + 3.5 * 3000));
    expect(change(2).accepted).toBeGreaterThan(0.95 * (12_000 + 4 * 12_000));
    for (const factor of [0.5, 2]) expect(change(factor).rejectedShare).toBeLessThan(0.01);
  });

  it('leaves other users of the key what they use', () => {
    const { accepted, rejectedShare } = simulate({
      limits: { requests: 6000, tokens: 1e9 },
      minutes: 6,
      random,
      // Others use half of the limit, in small steps.
      change: (server, elapsed) => server.spend(5, 500, 1_000_000_020_000 + elapsed),
    });
    expect(accepted).toBeGreaterThan(0.85 * 3000 * 6);
    expect(rejectedShare).toBeLessThan(0.02);
  });

  it('shares the limit evenly between runs', () => {
    const runs = ['large', 'small', 'smaller'];
    const { granted } = simulate({ limits: { requests: 3000, tokens: 1e9 }, minutes: 3, random, runs });
    const shares = runs.map((run) => granted[run] ?? 0);
    expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.1);
  });

  it('grants the same when its state is serialized and restored again and again', () => {
    const scenario = { limits: { requests: 3000, tokens: 1e9 }, minutes: 3, random };
    const rewritten = simulate({ ...scenario, rewriteEvery: 50 });
    expect(rewritten.granted).toEqual(simulate(scenario).granted);
  });
});

describe('a rate limiter', () => {
  const now = 1_000_000;
  const ask = (requests: number, tokensPerRequest = 100): LeaseRequest => ({
    lease: 'a',
    run: 'r',
    requests,
    tokensPerRequest,
    limits: {},
  });
  const report = (change: Partial<LeaseReport>): LeaseReport => ({
    ...{ lease: 'a', requests: 1, tokens: 100, firstAgoMs: 0, lastAgoMs: 0, rejected: 0 },
    ...change,
  });

  it('grants everything while no limit is known', () => {
    const lease = new RateLimiter().sizeLease(ask(500));
    expect(lease).toEqual({ lease: 'a', requests: 500, spreadMs: 0 });
    expect(new RateLimiter().leaseWaitMs(lease, now)).toBe(0);
  });

  it('sizes a lease to about a second of the smaller limit, or to a few requests of a small one', () => {
    const size = (requestsPerMinute: number, tokensPerMinute?: number) => {
      const limiter = new RateLimiter();
      limiter.setProfileLimits({ requestsPerMinute, tokensPerMinute });
      return limiter.sizeLease(ask(500));
    };
    expect(size(6000)).toMatchObject({ requests: 100, spreadMs: 1000 });
    expect(size(6000, 60_000)).toMatchObject({ requests: 10, tokens: 1000, spreadMs: 1000 });
    expect(size(60)).toMatchObject({ requests: 5, spreadMs: 5000 });
    expect(size(3)).toMatchObject({ requests: 1, spreadMs: 0 });
  });

  it('lets headers lower the profile’s limit and raise it again, never above the profile’s', () => {
    const limiter = new RateLimiter();
    limiter.setProfileLimits({ requestsPerMinute: 1000 });
    const answer = (limit: number) =>
      limiter.report(report({ headers: { requests: { limit }, tokens: {}, agoMs: 0 } }), now);
    for (const [header, expected] of [
      [400, 400],
      [700, 700],
      [5000, 1000],
    ] as const) {
      answer(header);
      expect(limiter.limit('requests')).toBe(expected);
    }
  });

  it('follows headers up and down where the profile names no limit', () => {
    const limiter = new RateLimiter();
    for (const limit of [400, 5000]) {
      limiter.report(report({ headers: { requests: { limit }, tokens: {}, agoMs: 0 } }), now);
      expect(limiter.limit('requests')).toBe(limit);
    }
  });

  it('grants nothing until a pause of six minutes is over, and then continues', () => {
    const limiter = new RateLimiter();
    limiter.setProfileLimits({ requestsPerMinute: 6000 });
    limiter.report(report({ rejected: 1, holdMs: 360_000 }), now);
    const lease = limiter.sizeLease(ask(100));
    expect(limiter.leaseWaitMs(lease, now)).toBe(360_000);
    expect(limiter.leaseWaitMs(lease, now + 359_000)).toBe(1000);
    expect(limiter.leaseWaitMs(lease, now + 360_000)).toBe(0);
  });

  it('doubles its pause with each rejection that names none, until a request is answered', () => {
    const limiter = new RateLimiter();
    const rejected = () => {
      limiter.report(report({ rejected: 1 }), now);
      return limiter.state.heldUntil - now;
    };
    expect([rejected(), rejected(), rejected()]).toEqual([1000, 2000, 4000]);
    limiter.report(report({}), now);
    limiter.state.heldUntil = 0;
    expect(rejected()).toBe(1000);
  });

  it('counts a lease without a report for two minutes', () => {
    const limiter = new RateLimiter();
    limiter.setProfileLimits({ requestsPerMinute: 10 });
    limiter.grant({ lease: 'lost', requests: 10, spreadMs: 0 }, now);
    expect(limiter.leaseWaitMs(limiter.sizeLease(ask(5)), now + 100_000)).toBeGreaterThan(15_000);
    expect(limiter.leaseWaitMs(limiter.sizeLease(ask(5)), now + 120_000)).toBe(0);
  });

  it('grants at once what was leased and not sent', () => {
    const limiter = new RateLimiter();
    limiter.setProfileLimits({ requestsPerMinute: 60 });
    limiter.grant({ lease: 'a', requests: 50, spreadMs: 0 }, now);
    expect(limiter.leaseWaitMs(limiter.sizeLease(ask(5)), now + 1000)).toBeGreaterThan(10_000);
    limiter.report(report({ requests: 0, tokens: 0 }), now + 1000);
    expect(limiter.leaseWaitMs(limiter.sizeLease(ask(5)), now + 1000)).toBe(0);
  });
});

describe('other users of the key', () => {
  const now = 1_000_000;
  const limiterOf = (requestsPerMinute: number | undefined, limit: number, remaining: number) => {
    const limiter = new RateLimiter();
    limiter.setProfileLimits({ requestsPerMinute });
    limiter.updateFromHeaders({ requests: { limit, remaining, resetMs: 30_000 }, tokens: {} }, now);
    return limiter;
  };
  /** Requests that may be sent at once. */
  const room = (limiter: RateLimiter) => {
    for (let sent = 0; ; sent++) {
      if (limiter.requestWaitMs(1, now) > 0) return sent;
      limiter.book(1, now);
    }
  };

  it('take from our limit only what they leave less than that', () => {
    expect(room(limiterOf(20, 500, 480))).toBe(20);
    expect(room(limiterOf(20, 500, 3))).toBe(3);
    expect(room(limiterOf(undefined, 50, 30))).toBe(30);
  });

  it('count until the endpoint resets', () => {
    const limiter = limiterOf(20, 500, 0);
    expect(limiter.requestWaitMs(1, now)).toBeCloseTo(30_000, -1);
    expect(limiter.imposedWaitMs(1, now)).toBe(30_000);
    expect(limiter.requestWaitMs(1, now + 30_000)).toBe(0);
  });

  it('are not blamed for a wait that our own requests cause', () => {
    const limiter = limiterOf(20, 500, 480);
    for (let sent = 0; sent < 20; sent++) limiter.book(1, now);
    expect(limiter.requestWaitMs(1, now)).toBeCloseTo(60_000, -1);
    expect(limiter.imposedWaitMs(1, now)).toBe(0);
  });
});

/** Pseudo-random numbers in (0, 1), the same in every run (MINSTD). */
function diceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
