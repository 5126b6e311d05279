/** Requests and tokens a minute; absent: no limit is known. */
export interface Limits {
  requestsPerMinute?: number | undefined;
  tokensPerMinute?: number | undefined;
}

/** What an endpoint limits. */
export const ALLOWANCES = ['requests', 'tokens'] as const;
export type Allowance = (typeof ALLOWANCES)[number];

/** What a response's headers state about one allowance; what they leave out is absent. */
export interface AllowanceHeaders {
  /** Per minute. */
  limit?: number;
  remaining?: number;
  /** Milliseconds until the allowance is whole again. */
  resetMs?: number;
}

/** The rate-limit headers of a response. */
export type RateLimitHeaders = Record<Allowance, AllowanceHeaders>;

/** A run asks to send some requests through a profile. */
export interface LeaseRequest {
  /** Id of the lease to grant. */
  lease: string;
  /** Id of the workflow that gets the lease. */
  run: string;
  /** How many at most. */
  requests: number;
  /** Estimated tokens of one request, answer included. */
  tokensPerRequest: number;
  /** The limits that the workers' profile names. */
  limits: Limits;
}

/** Permission to send requests now, spread evenly over `spreadMs`. */
export interface Lease {
  /** Id. */
  lease: string;
  requests: number;
  /** For all requests together; absent: no token limit is known. */
  tokens?: number;
  spreadMs: number;
}

/** How a lease was used. Times count back from the end of the work, so that clocks of two machines are never compared. */
export interface LeaseReport {
  /** Id of the lease. */
  lease: string;
  /** Requests sent, rejected ones included. */
  requests: number;
  tokens: number;
  /** Milliseconds since the first request was sent, and since the last. */
  firstAgoMs: number;
  lastAgoMs: number;
  /** Requests rejected with status 429. */
  rejected: number;
  /** The pause that the endpoint asked for, in milliseconds. */
  holdMs?: number;
  /** The newest rate-limit headers, and how long ago they came. */
  headers?: RateLimitHeaders & { agoMs: number };
}

/** A wait for quota that is long enough to show: nothing is sent before `until` (milliseconds since the epoch). */
export interface RateLimitWait {
  until: number;
}
