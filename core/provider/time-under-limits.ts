import type { TimeUnderLimits } from '../contracts/estimate.ts';
import type { Profile } from '../contracts/profile.ts';

/** What is to be asked of an endpoint. */
export interface Work {
  requests: number;
  /** Prompts and answers together. */
  tokens: number;
  /** From a request's leaving to its answer. */
  secondsPerRequest: number;
}

/**
 * How long an endpoint takes over that at best, and which of the profile's limits it waits for: requests or tokens a minute (spent evenly; a
 * minute's worth that goes through at once at the start may save up to a minute), or requests in flight.
 */
export function timeUnderLimits(
  { requests, tokens, secondsPerRequest }: Work,
  {
    requestsPerMinute = Number.POSITIVE_INFINITY,
    tokensPerMinute = Number.POSITIVE_INFINITY,
    concurrency,
  }: Pick<Profile, 'requestsPerMinute' | 'tokensPerMinute' | 'concurrency'>,
): TimeUnderLimits {
  const waits: TimeUnderLimits[] = [
    { seconds: Math.ceil(requests / concurrency) * secondsPerRequest, binds: 'concurrency' },
    { seconds: (60 * requests) / requestsPerMinute, binds: 'requests' },
    { seconds: (60 * tokens) / tokensPerMinute, binds: 'tokens' },
  ];
  return waits.reduce((longest, one) => (one.seconds > longest.seconds ? one : longest));
}
