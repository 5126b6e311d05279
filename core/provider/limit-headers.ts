import { ALLOWANCES, type Allowance, type AllowanceHeaders, type RateLimitHeaders } from '../contracts/rate-limit.ts';

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Longer waits in headers are cut to this: a day. */
const LONGEST_MS = 86_400_000;

/** Milliseconds in `6m0s`, `20ms`, `1h2m3.5s`, or a bare number of seconds; undefined if it is none of these. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return bounded(Number(trimmed) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return bounded(total);
}

/** Milliseconds that `retry-after-ms` or `retry-after` (seconds or an HTTP date, RFC 9110 §10.2.3) asks to wait. */
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
export function limitHeaders(headers: Headers): RateLimitHeaders {
  return { requests: allowanceHeaders(headers, 'requests'), tokens: allowanceHeaders(headers, 'tokens') };
}

function allowanceHeaders(headers: Headers, of: Allowance): AllowanceHeaders {
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

/**
 * Milliseconds that a rejected request should wait: what `retry-after` asks for, else the reset of the allowance that is
 * used up; undefined where the headers name neither.
 */
export function waitFromHeaders(headers: Headers): number | undefined {
  const asked = retryAfter(headers);
  if (asked !== undefined) return asked;
  const limits = limitHeaders(headers);
  const resets = ALLOWANCES.flatMap((of) => (limits[of].remaining === 0 ? (limits[of].resetMs ?? []) : []));
  return resets.length === 0 ? undefined : Math.max(...resets);
}

function count(text: string | null): number | undefined {
  if (text === null || !/^-?\d+(\.\d+)?$/.test(text.trim())) return undefined;
  return Math.max(0, Number(text));
}

function bounded(ms: number): number {
  return Math.min(LONGEST_MS, Math.max(0, Math.ceil(ms)));
}
