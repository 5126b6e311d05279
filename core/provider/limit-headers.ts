import type { RateLimitHeaders } from '../contracts/rate-limit.ts';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** No wait an endpoint asks for is believed beyond a day. */
const LONGEST_MS = 86_400_000;

/** Milliseconds in `6m0s`, `20ms`, `1h2m3.5s`, or a bare number of seconds; undefined if it is none of these. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return bounded(Number(trimmed) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNIT_MS[unit as string] as number);
  }
  return bounded(total);
}

/** Milliseconds that `retry-after-ms` or `retry-after` (seconds or an HTTP date, RFC 9110 §10.2.3) asks for. */
export function retryAfter(headers: Headers, now = Date.now()): number | undefined {
  const precise = headers.get('retry-after-ms');
  if (precise !== null && /^\d+(\.\d+)?$/.test(precise.trim())) return bounded(Number(precise));
  const coarse = headers.get('retry-after');
  if (coarse === null) return undefined;
  const duration = parseDuration(coarse);
  if (duration !== undefined) return duration;
  const date = Date.parse(coarse);
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

/** OpenAI's `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`. */
export function limitHeaders(headers: Headers, of: 'requests' | 'tokens'): RateLimitHeaders {
  const limit = count(headers.get(`x-ratelimit-limit-${of}`));
  const remaining = count(headers.get(`x-ratelimit-remaining-${of}`));
  const reset = headers.get(`x-ratelimit-reset-${of}`);
  const resetMs = reset === null ? undefined : parseDuration(reset);
  return {
    ...(limit !== undefined && limit > 0 && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(resetMs !== undefined && { resetMs }),
  };
}

/** How long a refused request should wait by its headers: what is asked outright, else the reset of what is used up. */
export function waitFromHeaders(headers: Headers): number | undefined {
  const asked = retryAfter(headers);
  if (asked !== undefined) return asked;
  const resets = (['requests', 'tokens'] as const)
    .map((of) => limitHeaders(headers, of))
    .filter((allowance) => allowance.remaining === 0 && allowance.resetMs !== undefined)
    .map((allowance) => allowance.resetMs as number);
  return resets.length === 0 ? undefined : Math.max(...resets);
}

function count(text: string | null): number | undefined {
  if (text === null || !/^-?\d+(\.\d+)?$/.test(text.trim())) return undefined;
  return Math.max(0, Number(text));
}

function bounded(ms: number): number {
  return Math.min(LONGEST_MS, Math.max(0, Math.ceil(ms)));
}
