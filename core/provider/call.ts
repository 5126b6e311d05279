import type OpenAI from 'openai';
import type { TransientFailure } from '../contracts/provider.ts';
import type { RateLimitHeaders } from '../contracts/rate-limit.ts';
import type { Billed, RequestOperation, RequestOutcome } from '../contracts/request-observer.ts';
import type { DeadlineTimes } from './deadline.ts';
import type { Refusal } from './dialect.ts';

export interface EndpointTimes extends DeadlineTimes {
  /** A wait that the endpoint asks for is slept up to this long; a longer one is Temporal's, which frees the slot. */
  patienceMs: number;
  /** Wait after the first failure, doubled from one to the next. */
  firstBackoffMs: number;
}

export const DEFAULT_TIMES: EndpointTimes = {
  patienceMs: 20_000,
  firstBackoffMs: 500,
  // Long enough for a local server that works through a queue of requests on a CPU.
  timeoutMs: 300_000,
  graceMs: 55_000,
};

/** Sends a request; resolves to the response as it came (`asResponse()` of an SDK call). */
export type Send = (client: OpenAI, options: { signal: AbortSignal }) => Promise<Response>;

/** What was read from a body. */
export interface Read<T> {
  value: T;
  /** As the endpoint counted them, for the rate limit; 0: it did not. */
  tokens: number;
  /** For observers; absent: nothing that costs anything. */
  billed?: Billed | undefined;
}

/** A request, and how its answer is read. */
export interface Call<T> {
  operation: RequestOperation;
  send: Send;
  /**
   * Reads a body. Throws a SyntaxError for one that is not what was asked for, which is then a transient failure; its
   * message is a predicate of the endpoint.
   */
  read: (json: unknown) => Read<T> | Promise<Read<T>>;
  /** Called for an error response. @returns whether to send the request again at once, as `send` has changed it. */
  onRefusal?: (refusal: Refusal) => boolean;
}

export type Answered<T> = Read<T> | { failure: TransientFailure };
export type Exchange<T> = Answered<T> | { again: true };
export type Attempt<T> = (Answered<T> | { unsent: true }) & { headers?: RateLimitHeaders | undefined };

export function outcomeOf(exchange: Exchange<unknown>): RequestOutcome {
  if ('value' in exchange) return 'answered';
  if ('again' in exchange) return 'refused';
  return exchange.failure.rateLimited ? 'limited' : 'failed';
}
