import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitHeaders, parseDuration, retryAfter, waitFromHeaders } from './limit-headers.ts';

test.each([
  ['6m0s', 360_000],
  ['1s', 1000],
  ['20ms', 20],
  ['1h2m3.5s', 3_723_500],
  ['2m59.56s', 179_560],
  ['12', 12_000],
  ['0', 0],
  ['', undefined],
  ['soon', undefined],
  ['-5s', undefined],
  ['6m soon', undefined],
  ['400d', 86_400_000],
])('the duration %j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test('every duration that an endpoint can write is parsed', () => {
  const parts = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59));
  fc.assert(
    fc.property(parts, ([hours, minutes, seconds]) => {
      const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000;
      expect(parseDuration(`${hours}h${minutes}m${seconds}s`)).toBe(ms);
    }),
  );
});

test('no text makes parsing throw or return a negative or endless wait', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const ms = parseDuration(text) ?? 0;
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(86_400_000);
    }),
  );
});

test('retry-after-ms is preferred to retry-after, which may be seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfter(new Headers({ 'retry-after-ms': '1500', 'retry-after': '2' }), now)).toBe(1500);
  expect(retryAfter(new Headers({ 'retry-after': '2' }), now)).toBe(2000);
  expect(retryAfter(new Headers({ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }), now)).toBe(30_000);
  expect(retryAfter(new Headers({ 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT' }), now)).toBe(0);
  expect(retryAfter(new Headers({ 'retry-after': 'later' }), now)).toBeUndefined();
});

test('without retry-after, the wait is the reset of the allowance that is used up, and of no other', () => {
  const headers = new Headers({
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '8.5s',
    'x-ratelimit-remaining-tokens': '100',
    'x-ratelimit-reset-tokens': '6m0s',
  });
  expect(waitFromHeaders(headers)).toBe(8500);
  expect(limitHeaders(headers)).toEqual({
    requests: { limit: 60, remaining: 0, resetMs: 8500 },
    tokens: { remaining: 100, resetMs: 360_000 },
  });
});
