/** Requests and tokens a minute; absent: no limit is known. */
export interface Limits {
  requestsPerMinute?: number | undefined;
  tokensPerMinute?: number | undefined;
}

/** What a request draws on. */
export const ALLOWANCES = ['requests', 'tokens'] as const;
export type Allowance = (typeof ALLOWANCES)[number];

/** What an endpoint's headers said of one allowance. */
export interface RateLimitHeaders {
  /** A minute. */
  limit?: number;
  remaining?: number;
  /** Milliseconds until the allowance is whole again. */
  resetMs?: number;
}

/** A run's wish to send some requests through a profile. */
export interface LeaseRequest {
  lease: string;
  /** Workflow to be told. */
  run: string;
  requests: number;
  /** Tokens a request is taken to cost, answer included. */
  tokensEach: number;
  /** What the workers' profile grants. */
  limits: Limits;
}

/** Leave to send requests now, spread evenly over a time. */
export interface Lease {
  lease: string;
  requests: number;
  /** Tokens for all of them; absent: as many as they take. */
  tokens?: number;
  spreadMs: number;
}

/** How a lease was used. Times are counted back from the end of the work, so that no two clocks are compared. */
export interface LeaseReport {
  lease: string;
  /** Requests sent, refused ones included. */
  requests: number;
  tokens: number;
  /** Milliseconds since the first and the last of them was sent. */
  firstAgoMs: number;
  lastAgoMs: number;
  /** Requests refused for coming too fast (429). */
  rejected: number;
  /** Milliseconds that the endpoint asked to be left alone. */
  holdMs?: number;
  /** What the newest headers said, and how long ago. */
  said?: { requests?: RateLimitHeaders; tokens?: RateLimitHeaders; agoMs: number };
}

/** A wait for quota that is worth telling: nothing goes out before `until` (milliseconds since the epoch). */
export interface RateLimitWait {
  until: number;
}
