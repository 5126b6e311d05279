import type { TimeUnderLimits } from '../contracts/estimate.ts';
import type { Profile } from '../contracts/profile.ts';

/** Requests to an endpoint. */
export interface Work {
  requests: number;
  /** Prompts and answers together. */
  tokens: number;
  /** From sending a request to its answer. */
  secondsPerRequest: number;
}

/**
 * The shortest time in which an endpoint can do the work, and which of the profile's limits decides it: requests or
 * tokens a minute, or requests in flight. Limits a minute count as spent evenly; a burst at the start may save up to a
 * minute.
 */
export function timeUnderLimits(
  { requests, tokens, secondsPerRequest }: Work,
  {
    requestsPerMinute = Number.POSITIVE_INFINITY,
    tokensPerMinute = Number.POSITIVE_INFINITY,
    concurrency,
  }: Pick<Profile, 'requestsPerMinute' | 'tokensPerMinute' | 'concurrency'>,
): TimeUnderLimits {
  const times: TimeUnderLimits[] = [
    { seconds: Math.ceil(requests / concurrency) * secondsPerRequest, binds: 'concurrency' },
    { seconds: (60 * requests) / requestsPerMinute, binds: 'requests' },
    { seconds: (60 * tokens) / tokensPerMinute, binds: 'tokens' },
  ];
  return times.reduce((longest, time) => (time.seconds > longest.seconds ? time : longest));
}
