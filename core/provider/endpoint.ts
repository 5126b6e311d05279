import OpenAI from 'openai';
import { Fault } from '../contracts/fault.ts';
import type { Profile } from '../contracts/profile.ts';
import type { AttemptOptions, TransientFailure } from '../contracts/provider.ts';
import type { RateLimitHeaders } from '../contracts/rate-limit.ts';
import {
  type Billed,
  type RequestObserver,
  type RequestOperation,
  type SentRequest,
  UNOBSERVED,
} from '../contracts/request-observer.ts';
import { sleep } from '../primitives/sleep.ts';
import type { Answered, Attempt, Call, EndpointTimes, Exchange, Send } from './call.ts';
import { DEFAULT_TIMES, outcomeOf } from './call.ts';
import {
  bodyOf,
  classifyError,
  classifyStatus,
  clip,
  errorInBody,
  notAnApi,
  type RequestTarget,
  refusalOf,
} from './classify-error.ts';
import { openClient } from './client.ts';
import { startDeadline, untilAborted } from './deadline.ts';
import { type EndpointWords, profileWords } from './endpoint-words.ts';
import { describeForeign, parseNumbers } from './foreign-response.ts';
import { limitHeaders } from './limit-headers.ts';
import { redactor } from './redact.ts';
import { RequestGate } from './request-gate.ts';
import { linesOf } from './response-lines.ts';

/** Attempts at one request before the fault goes up to Temporal, whose own retries are unlimited. */
const ATTEMPTS = 5;
/** Responses of something else than OpenAI's API, with nothing else before them, after which the address is wrong. */
const MAX_FOREIGN = 4;

/**
 * The endpoint of a profile. A request is sent in one of two ways:
 * - `request`: rate-limited in this process (`RequestGate`) and retried. After a 429, this process sends nothing for
 *   the time that the headers name.
 * - `attempt`: under a lease of the fleet's rate limiter, once. After a 429, further attempts are not sent for that
 *   time; the lease's report carries the pause to the rate limiter.
 *
 * What counts as transient is decided in `classify-error.ts`, how long to wait in `limit-headers.ts`.
 */
export class Endpoint {
  readonly #client: OpenAI;
  readonly #gate: RequestGate;
  readonly #times: EndpointTimes;
  readonly #profile: string;
  readonly #words: EndpointWords;
  readonly #apiVersion: string | undefined;
  readonly #redact: (text: string) => string;
  readonly #observer: RequestObserver;
  /** Responses of something else than OpenAI's API in a row; undefined once one was of it. */
  #foreign: number | undefined = 0;
  /** End of the pause that an attempt under a lease was asked for; milliseconds since the epoch. */
  #attemptsHeldUntil = 0;
  /** Host (and port), without the credentials a URL may hold. */
  readonly host: string;
  readonly baseURL: string;

  /** @param words in messages; default: those for a profile of a worker. */
  constructor(
    name: string,
    profile: Profile,
    times: Partial<EndpointTimes> = {},
    { words, observer = UNOBSERVED }: { words?: EndpointWords; observer?: RequestObserver } = {},
  ) {
    this.#profile = name;
    this.#observer = observer;
    this.#times = { ...DEFAULT_TIMES, ...times };
    const { apiKey, apiVersion, headers = {} } = profile;
    this.#apiVersion = apiVersion;
    this.#redact = redactor([apiKey, ...Object.values(headers)]);
    this.#client = openClient(profile, this.#times.timeoutMs);
    this.baseURL = this.#client.baseURL;
    this.host = new URL(this.baseURL).host;
    this.#words = words ?? profileWords(name, this.host);
    this.#gate = new RequestGate({
      requestsPerMinute: profile.requestsPerMinute,
      tokensPerMinute: profile.tokensPerMinute,
      concurrency: profile.concurrency,
      patienceMs: this.#times.patienceMs,
      onLongWait: (ms) => this.#unavailable({ what: `asks for a pause of ${Math.ceil(ms / 1000)} s`, waitMs: ms }),
    });
  }

  /**
   * Sends a request until it is answered.
   * @param tokens estimated cost, for the rate limit.
   * @throws what `classifyError` throws; Fault `unavailable` if all attempts failed or a wait is longer than the
   *   patience.
   */
  async request<T>(model: string, tokens: number, call: Call<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; ) {
      const outcome = await this.#throughGate(model, tokens, call, signal);
      if ('value' in outcome) return outcome.value;
      if ('again' in outcome) continue;
      const { rateLimited, waitMs } = outcome.failure;
      const wait = waitMs ?? this.#backoffMs(attempt);
      if (rateLimited) this.#gate.hold(wait);
      if (attempt === ATTEMPTS || wait > this.#times.patienceMs) throw this.#unavailable(outcome.failure);
      await sleep(wait, signal);
      attempt++;
    }
  }

  /** Sends a request once (or again, see `Call.onRefusal`), as soon as a slot in flight is free and `admit` agrees. */
  async attempt<T>(model: string, call: Call<T>, { admit, signal }: AttemptOptions): Promise<Attempt<T>> {
    const freeSlot = await this.#gate.slot(signal);
    try {
      // Checked here as well as in `admit`: other leases of this process may not know of a pause that one was asked
      // for.
      const isHeld = () => performance.now() < this.#attemptsHeldUntil;
      let headers: RateLimitHeaders | undefined;
      const onHeaders = (received: RateLimitHeaders) => {
        headers = received;
      };
      let outcome: Exchange<T>;
      do {
        if (isHeld() || !(await admit(isHeld))) return { unsent: true, headers };
        outcome = await this.#exchange(model, call, onHeaders, signal);
      } while ('again' in outcome);
      if ('failure' in outcome && outcome.failure.rateLimited) {
        const wait = outcome.failure.waitMs ?? this.#times.firstBackoffMs;
        this.#attemptsHeldUntil = Math.max(this.#attemptsHeldUntil, performance.now() + wait);
      }
      return { ...outcome, headers };
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
      throw this.#unavailable(classifyError(error, this.#target(model)));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Classifies the error of one line of a Batch API job, as if it were a response of its own. */
  classifyLine(model: string, status: number, body: unknown): TransientFailure {
    return classifyStatus(status, new Headers(), body, this.#target(model));
  }

  /** Tells the observer of an answer of a Batch API job. */
  received(model: string, billed: Billed): void {
    this.#observer.received(this.#observed(model, 'batch'), billed);
  }

  #observed(model: string, operation: RequestOperation): SentRequest {
    return { profile: this.#profile, model, operation, host: this.host };
  }

  async #throughGate<T>(model: string, tokens: number, call: Call<T>, signal?: AbortSignal): Promise<Exchange<T>> {
    const passage = await this.#gate.enter(tokens, signal);
    let counted: number | undefined;
    try {
      const onHeaders = (headers: RateLimitHeaders) => this.#gate.updateFromHeaders(headers);
      const outcome = await this.#exchange(model, call, onHeaders, signal);
      if ('value' in outcome) counted = outcome.tokens;
      return outcome;
    } finally {
      passage.leave(counted);
    }
  }

  /** As `#send`, observed. */
  async #exchange<T>(
    model: string,
    call: Call<T>,
    onHeaders: (headers: RateLimitHeaders) => void,
    signal?: AbortSignal,
  ): Promise<Exchange<T>> {
    const end = this.#observer.sent(this.#observed(model, call.operation));
    try {
      const outcome = await this.#send(model, call, onHeaders, signal);
      end(outcomeOf(outcome), 'value' in outcome ? outcome.billed : undefined);
      return outcome;
    } catch (error) {
      end(signal?.aborted ? 'stopped' : 'refused');
      throw error;
    }
  }

  /**
   * Sends a request and reads its answer.
   * @param onHeaders called with the headers of any response, errors included.
   */
  async #send<T>(
    model: string,
    { send, read, onRefusal }: Call<T>,
    onHeaders: (headers: RateLimitHeaders) => void,
    signal?: AbortSignal,
  ): Promise<Exchange<T>> {
    const target = this.#target(model);
    const { deadline, clear } = startDeadline(this.#times, signal);
    try {
      const response = await send(this.#client, { signal: deadline });
      onHeaders(limitHeaders(response.headers));
      const json = this.#parse(this.#redact(await untilAborted(response.text(), deadline)), target);
      if ('failure' in json) return json;
      const inner = errorInBody(json.value);
      if (inner) {
        if (onRefusal?.(refusalOf(inner.status, inner.error))) return { again: true };
        return { failure: classifyStatus(inner.status, response.headers, inner.error, target) };
      }
      return await this.#read(read, json.value, target);
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (signal?.aborted && deadline.aborted) throw signal.reason;
      if (error instanceof OpenAI.APIError && error.headers) onHeaders(limitHeaders(error.headers));
      if (error instanceof OpenAI.APIError && error.status !== undefined) {
        if (onRefusal?.(refusalOf(error.status, bodyOf(error)))) return { again: true };
      }
      if (deadline.aborted) {
        const what = `did not answer within ${Math.round(this.#times.timeoutMs / 1000)} s`;
        return { failure: { what, rateLimited: false } };
      }
      return { failure: classifyError(error, target) };
    } finally {
      clear();
    }
  }

  #parse(text: string, target: RequestTarget): { value: unknown } | { failure: TransientFailure } {
    try {
      return { value: parseNumbers(text) };
    } catch (error) {
      const foreign = describeForeign(text);
      if (foreign === undefined) throw error;
      return this.#countForeign(foreign, target);
    }
  }

  async #read<T>(read: Call<T>['read'], json: unknown, target: RequestTarget): Promise<Answered<T>> {
    try {
      const answer = await read(json);
      this.#foreign = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return this.#countForeign(error.message, target, clip(JSON.stringify(json)));
    }
  }

  /** @throws Fault `config` if nothing else has come from this address. */
  #countForeign(what: string, target: RequestTarget, said?: string): { failure: TransientFailure } {
    if (this.#foreign !== undefined && ++this.#foreign >= MAX_FOREIGN) {
      throw notAnApi(`${what}, ${MAX_FOREIGN} times in a row${said === undefined ? '' : `: ${said}`}`, target);
    }
    return { failure: { what, ...(said !== undefined && { said }), rateLimited: false } };
  }

  #target(model: string): RequestTarget {
    const { host, baseURL } = this;
    const words = this.#words;
    return { profile: this.#profile, host, baseURL, apiVersion: this.#apiVersion, model, redact: this.#redact, words };
  }

  /** Exponential, with jitter, so that requests which failed together are not retried together. */
  #backoffMs(attempt: number): number {
    return this.#times.firstBackoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  }

  #unavailable({ what, said, waitMs }: Omit<TransientFailure, 'rateLimited'>): Fault {
    return new Fault(
      'unavailable',
      `${this.#words.subject} ${what}${said === undefined ? '' : ` (${said})`}.`,
      this.#words.adviseWaiting,
      waitMs === undefined ? {} : { retryAfterMs: waitMs },
    );
  }
}
