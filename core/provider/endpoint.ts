import OpenAI from 'openai';
import { Fault } from '../contracts/fault.ts';
import type { Profile } from '../contracts/profile.ts';
import type { AttemptOptions, TransientFailure } from '../contracts/provider.ts';
import type { RateLimitHeaders } from '../contracts/rate-limit.ts';
import { sleep } from '../primitives/sleep.ts';
import { classifyError, classifyStatus, errorInBody, type RequestTarget } from './classify-error.ts';
import { type DeadlineTimes, startDeadline, untilAborted } from './deadline.ts';
import { limitHeaders } from './limit-headers.ts';
import { redactor } from './redact.ts';
import { RequestGate } from './request-gate.ts';

/** Attempts at one request before the fault goes up to Temporal, whose own retries are unlimited. */
const ATTEMPTS = 5;

export interface EndpointTimes extends DeadlineTimes {
  /** A wait that the endpoint asks for is slept up to this long; a longer one is Temporal's, which frees the slot. */
  patienceMs: number;
  /** Wait after the first failure, doubled from one to the next. */
  firstBackoffMs: number;
}

const TIMES: EndpointTimes = {
  patienceMs: 20_000,
  firstBackoffMs: 500,
  // Long enough for a local server that works through a queue of requests on a CPU.
  timeoutMs: 300_000,
  graceMs: 5000,
};

/** Sends a request; resolves to the response as it came (`asResponse()` of an SDK call). */
type Send = (client: OpenAI, options: { signal: AbortSignal }) => Promise<Response>;

/** Reads a body; throws for one that is not what was asked for, which is then a transient failure. */
type Read<T> = (json: unknown) => { value: T; tokens: number };

type Exchange<T> = { value: T; tokens: number } | { failure: TransientFailure };
type Attempt<T> = (Exchange<T> | { unsent: true }) & { headers?: RateLimitHeaders };

/**
 * The endpoint of a profile. A request is sent in one of two ways:
 * - `request`: rate-limited in this process (`RequestGate`) and retried. After a 429, this process sends nothing for the
 *   time that the headers name.
 * - `attempt`: under a lease of the fleet's rate limiter, once. After a 429, further attempts are not sent for that time;
 *   the lease's report carries the pause to the rate limiter.
 *
 * What counts as transient is decided in `classify-error.ts`, how long to wait in `limit-headers.ts`.
 */
export class Endpoint {
  readonly #client: OpenAI;
  readonly #gate: RequestGate;
  readonly #times: EndpointTimes;
  readonly #profile: string;
  readonly #redact: (text: string) => string;
  /** End of the pause that an attempt under a lease was asked for; milliseconds since the epoch. */
  #attemptsHeldUntil = 0;
  /** Host (and port), without the credentials a URL may hold. */
  readonly host: string;
  readonly baseURL: string;

  constructor(name: string, profile: Profile, times: Partial<EndpointTimes> = {}) {
    this.#profile = name;
    this.#times = { ...TIMES, ...times };
    this.#redact = redactor(profile.apiKey);
    // Every option is given, so that no environment variable sends one profile's key to another's endpoint.
    this.#client = new OpenAI({
      apiKey: profile.apiKey,
      baseURL: profile.baseURL ?? null,
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: this.#times.timeoutMs,
      logLevel: 'off',
    });
    this.baseURL = this.#client.baseURL;
    this.host = new URL(this.baseURL).host;
    this.#gate = new RequestGate({
      requestsPerMinute: profile.requestsPerMinute,
      tokensPerMinute: profile.tokensPerMinute,
      concurrency: profile.concurrency,
      patienceMs: this.#times.patienceMs,
      onLongWait: (ms) => this.#unavailable(`asks for a pause of ${Math.ceil(ms / 1000)} s`, ms),
    });
  }

  /**
   * Sends a request until it is answered.
   * @param tokens estimated cost, for the rate limit.
   * @throws what `classifyError` throws; Fault `unavailable` if all attempts failed or a wait is longer than the patience.
   */
  async request<T>(model: string, tokens: number, send: Send, read: Read<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#throughGate(model, tokens, send, read, signal);
      if ('value' in outcome) return outcome.value;
      const { what, rateLimited, waitMs } = outcome.failure;
      const wait = waitMs ?? this.#backoffMs(attempt);
      if (rateLimited) this.#gate.hold(wait);
      if (attempt === ATTEMPTS || wait > this.#times.patienceMs) throw this.#unavailable(what, waitMs);
      await sleep(wait, signal);
    }
  }

  /** Sends a request once, as soon as a slot in flight is free and `admit` agrees. */
  async attempt<T>(model: string, send: Send, read: Read<T>, { admit, signal }: AttemptOptions): Promise<Attempt<T>> {
    const freeSlot = await this.#gate.slot(signal);
    try {
      // Checked here as well as in `admit`: other leases of this process may not know of a pause that one was asked for.
      const isHeld = () => Date.now() < this.#attemptsHeldUntil;
      if (isHeld() || !(await admit(isHeld))) return { unsent: true };
      let headers: RateLimitHeaders | undefined;
      const onHeaders = (received: RateLimitHeaders) => {
        headers = received;
      };
      const outcome = await this.#exchange(model, send, read, onHeaders, signal);
      if ('failure' in outcome && outcome.failure.rateLimited) {
        const wait = outcome.failure.waitMs ?? this.#times.firstBackoffMs;
        this.#attemptsHeldUntil = Math.max(this.#attemptsHeldUntil, Date.now() + wait);
      }
      return headers ? { ...outcome, headers } : outcome;
    } finally {
      freeSlot();
    }
  }

  /**
   * The non-empty lines of a response that may be too large for memory. Outside the rate limit and not retried: for
   * downloads, which cost nothing to repeat.
   * @throws what `classifyError` throws; Fault `unavailable` if the response breaks off.
   */
  async *lines(model: string, send: Send, signal?: AbortSignal): AsyncGenerator<string> {
    const silent = new AbortController();
    const timer = setTimeout(() => silent.abort(), this.#times.timeoutMs);
    try {
      const response = await send(this.#client, {
        signal: AbortSignal.any([silent.signal, ...(signal ? [signal] : [])]),
      });
      for await (const line of linesOf(response)) {
        timer.refresh();
        yield this.#redact(line);
      }
    } catch (error) {
      if (error instanceof Fault) throw error;
      signal?.throwIfAborted();
      throw this.#unavailable(classifyError(error, this.#target(model)).what);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Classifies the error of one line of a Batch API job, as if it were a response of its own. */
  classifyLine(model: string, status: number, body: unknown): TransientFailure {
    return classifyStatus(status, new Headers(), body, this.#target(model));
  }

  async #throughGate<T>(
    model: string,
    tokens: number,
    send: Send,
    read: Read<T>,
    signal?: AbortSignal,
  ): Promise<Exchange<T>> {
    const passage = await this.#gate.enter(tokens, signal);
    let counted: number | undefined;
    try {
      const onHeaders = (headers: RateLimitHeaders) => this.#gate.updateFromHeaders(headers);
      const outcome = await this.#exchange(model, send, read, onHeaders, signal);
      if ('value' in outcome) counted = outcome.tokens;
      return outcome;
    } finally {
      passage.leave(counted);
    }
  }

  /** Sends a request and reads its answer. @param onHeaders called with the headers of any response, errors included. */
  async #exchange<T>(
    model: string,
    send: Send,
    read: Read<T>,
    onHeaders: (headers: RateLimitHeaders) => void,
    signal?: AbortSignal,
  ): Promise<Exchange<T>> {
    const target = this.#target(model);
    const { deadline, clear } = startDeadline(this.#times, signal);
    try {
      const response = await send(this.#client, { signal: deadline });
      onHeaders(limitHeaders(response.headers));
      const json: unknown = JSON.parse(this.#redact(await untilAborted(response.text(), deadline)));
      const inner = errorInBody(json);
      if (inner) return { failure: classifyStatus(inner.status, response.headers, inner.error, target) };
      return read(json);
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (signal?.aborted && deadline.aborted) throw signal.reason;
      if (error instanceof OpenAI.APIError && error.headers) onHeaders(limitHeaders(error.headers));
      if (deadline.aborted) {
        const what = `did not answer within ${Math.round(this.#times.timeoutMs / 1000)} s`;
        return { failure: { what, rateLimited: false } };
      }
      return { failure: classifyError(error, target) };
    } finally {
      clear();
    }
  }

  #target(model: string): RequestTarget {
    return { profile: this.#profile, host: this.host, model, redact: this.#redact };
  }

  /** Exponential, with jitter, so that requests which failed together are not retried together. */
  #backoffMs(attempt: number): number {
    return this.#times.firstBackoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  }

  #unavailable(what: string, retryAfterMs?: number): Fault {
    return new Fault(
      'unavailable',
      `The endpoint of profile "${this.#profile}" (${this.host}) ${what}.`,
      'The run tries again by itself; answers so far are kept. If it never gets through, check that the endpoint is up and its base URL right.',
      retryAfterMs === undefined ? {} : { retryAfterMs },
    );
  }
}

/** The lines of a body as they come; a file of 200 MB is never held as one string. */
async function* linesOf({ body }: Response): AsyncGenerator<string> {
  if (!body) return;
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}
