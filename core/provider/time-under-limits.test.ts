import { expect, it } from 'vitest';
import { timeUnderLimits } from './time-under-limits.ts';

const work = { requests: 1200, tokens: 600_000, secondsPerRequest: 2 };

it('is bound by requests a minute where these are scarce', () => {
  const limits = { requestsPerMinute: 60, tokensPerMinute: 1_000_000, concurrency: 8 };
  expect(timeUnderLimits(work, limits)).toEqual({ seconds: 1200, binds: 'requests' });
});

it('is bound by tokens a minute where these are scarce', () => {
  const limits = { requestsPerMinute: 500, tokensPerMinute: 60_000, concurrency: 8 };
  expect(timeUnderLimits(work, limits)).toEqual({ seconds: 600, binds: 'tokens' });
});

it('is bound by concurrency where the limits allow more, or are not known', () => {
  const limits = { requestsPerMinute: 10_000, tokensPerMinute: 10_000_000, concurrency: 8 };
  expect(timeUnderLimits(work, limits)).toEqual({ seconds: 300, binds: 'concurrency' });
  expect(timeUnderLimits(work, { concurrency: 1 })).toEqual({ seconds: 2400, binds: 'concurrency' });
});

it('is the time of one answer for a single request, and zero without requests', () => {
  expect(timeUnderLimits({ ...work, requests: 1, tokens: 500 }, { concurrency: 8 }).seconds).toBe(2);
  expect(timeUnderLimits({ ...work, requests: 0, tokens: 0 }, { concurrency: 8, requestsPerMinute: 1 }).seconds).toBe(
    0,
  );
});
