import OpenAI from 'openai';
import { Fault } from '../contracts/fault.ts';
import type { Profile } from '../contracts/profile.ts';
import type { AttemptOptions } from '../contracts/provider.ts';
import type { RateLimitHeaders } from '../contracts/rate-limit.ts';
import { sleep } from '../primitives/sleep.ts';
import { limitHeaders } from './limit-headers.ts';
import { linesOf } from './lines-of.ts';
import { Pace } from './pace.ts';
import { redactor } from './redact.ts';
import { type Addressee, type Passing, sortError, sortStatus } from './sort-error.ts';

/** A wait imposed by the endpoint is sat out up to this long; a longer one is Temporal's, with the worker's slot freed. */
const PATIENCE_MS = 20_000;
/** Tries of one request before the fault goes up to Temporal, whose own retries have no end. */
const TRIES = 5;
const FIRST_BACKOFF_MS = 500;
/** Long enough for a local server that works through a queue of requests on a CPU. */
const TIMEOUT_MS = 300_000;
/** What a request that is already out, and so will be billed, gets to come home after an abort. */
const GRACE_MS = 5000;

export interface EndpointTimes {
  patienceMs: number;
  firstBackoffMs: number;
  timeoutMs: number;
  graceMs: number;
}

/** The response as sent: what `asResponse()` of an SDK call gives. */
type Send = (client: OpenAI, options: { signal: AbortSignal }) => Promise<Response>;

/** What makes sense of a body; throws for one that is not what was asked for, which is then asked for again. */
type Read<T> = (json: unknown) => { value: T; tokens: number };

/** What a response's headers said of the limits. */
interface Heard {
  requests: RateLimitHeaders;
  tokens: RateLimitHeaders;
}

type Exchange<T> = { value: T; tokens: number } | Passing;
type Attempted<T> = (Exchange<T> | { unsent: true }) & { said?: Heard };

/** One endpoint behind a profile: every request to it is paced, retried while that may help, and its errors sorted. */
export class Endpoint {
  readonly #client: OpenAI;
  readonly #pace: Pace;
  readonly #times: EndpointTimes;
  readonly #profile: string;
  #heldUntil = 0;
  readonly #redact: (text: string) => string;
  /** Host (and port), without the credentials a URL may hold. */
  readonly host: string;
  readonly baseURL: string;

  constructor(name: string, profile: Profile, times: Partial<EndpointTimes> = {}) {
    this.#profile = name;
    this.#times = {
      patienceMs: PATIENCE_MS,
      firstBackoffMs: FIRST_BACKOFF_MS,
      timeoutMs: TIMEOUT_MS,
      graceMs: GRACE_MS,
      ...times,
    };
    this.#redact = redactor(profile.apiKey);
    // Everything is given, so that no variable of the environment sends one profile's key to another's endpoint.
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
    this.#pace = new Pace({
      requestsPerMinute: profile.requestsPerMinute,
      tokensPerMinute: profile.tokensPerMinute,
      concurrency: profile.concurrency,
      patienceMs: this.#times.patienceMs,
      onLongWait: (ms) => this.#unavailable(`asks for a pause of ${Math.ceil(ms / 1000)} s`, ms),
    });
  }

  /**
   * Sends until it is answered.
   * @param tokens about how many it will cost, for the pace.
   * @throws what `sortError` throws; Fault `unavailable` when tries or patience are used up.
   */
  async request<T>(model: string, tokens: number, send: Send, read: Read<T>, signal?: AbortSignal): Promise<T> {
    const to = this.#addressee(model);
    for (let tries = 1; ; tries++) {
      const outcome = await this.#once(tokens, send, read, to, signal);
      if ('value' in outcome) return outcome.value;
      const wait = outcome.waitMs ?? this.#backoff(tries);
      if (outcome.throttled) this.#pace.hold(wait);
      if (tries === TRIES || wait > this.#times.patienceMs) throw this.#unavailable(outcome.what, outcome.waitMs);
      await sleep(wait, signal);
    }
  }

  /** One try, as soon as there is a place in flight and `admit` agrees; its rate is somebody else's business. */
  async attempt<T>(model: string, send: Send, read: Read<T>, { admit, signal }: AttemptOptions): Promise<Attempted<T>> {
    const leave = await this.#pace.place(signal);
    try {
      // Other batches of this process may not have heard of a pause that one of them was asked for.
      const isHeld = () => Date.now() < this.#heldUntil;
      if (isHeld() || !(await admit(isHeld))) return { unsent: true };
      let said: Heard | undefined;
      const hear = (headers: Headers) => {
        said = { requests: limitHeaders(headers, 'requests'), tokens: limitHeaders(headers, 'tokens') };
      };
      const outcome = await this.#exchange(send, read, this.#addressee(model), hear, signal);
      if ('throttled' in outcome && outcome.throttled) {
        this.#heldUntil = Math.max(this.#heldUntil, Date.now() + (outcome.waitMs ?? this.#times.firstBackoffMs));
      }
      return said ? { ...outcome, said } : outcome;
    } finally {
      leave();
    }
  }

  /**
   * The lines of a response that may be too large to be held whole, for what costs nothing to ask for again.
   * @throws what `sortError` throws; Fault `unavailable` when the response breaks off, which is not mended here.
   */
  async *lines(model: string, send: Send, signal?: AbortSignal): AsyncGenerator<string> {
    const silent = new AbortController();
    const watch = setTimeout(() => silent.abort(), this.#times.timeoutMs);
    try {
      const response = await send(this.#client, {
        signal: AbortSignal.any([silent.signal, ...(signal ? [signal] : [])]),
      });
      for await (const line of linesOf(response)) {
        watch.refresh();
        yield this.#redact(line);
      }
    } catch (error) {
      if (error instanceof Fault) throw error;
      signal?.throwIfAborted();
      throw this.#unavailable(sortError(error, this.#addressee(model)).what);
    } finally {
      clearTimeout(watch);
    }
  }

  /** Sorts the error that a batch holds for one of its lines, as if it had been an answer of its own. */
  sortLine(model: string, status: number, body: unknown): Passing {
    return sortStatus(status, new Headers(), body, this.#addressee(model));
  }

  async #once<T>(tokens: number, send: Send, read: Read<T>, to: Addressee, signal?: AbortSignal): Promise<Exchange<T>> {
    const slot = await this.#pace.enter(tokens, signal);
    let counted: number | undefined;
    try {
      const outcome = await this.#exchange(send, read, to, (headers) => this.#pace.heed(headers), signal);
      if ('value' in outcome) counted = outcome.tokens;
      return outcome;
    } finally {
      slot.leave(counted);
    }
  }

  async #exchange<T>(
    send: Send,
    read: Read<T>,
    to: Addressee,
    hear: (headers: Headers) => void,
    signal?: AbortSignal,
  ): Promise<Exchange<T>> {
    const { late, done } = this.#deadline(signal);
    try {
      const response = await send(this.#client, { signal: late });
      hear(response.headers);
      const json: unknown = JSON.parse(this.#redact(await untilAborted(response.text(), late)));
      const failure = errorInside(json);
      if (failure) return sortStatus(failure.status, response.headers, failure.error, to);
      return read(json);
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (signal?.aborted && late.aborted) throw signal.reason;
      if (error instanceof OpenAI.APIError && error.headers) hear(error.headers);
      if (late.aborted) {
        return { what: `did not answer within ${Math.round(this.#times.timeoutMs / 1000)} s`, throttled: false };
      }
      return sortError(error, to);
    } finally {
      done();
    }
  }

  #addressee(model: string): Addressee {
    return { profile: this.#profile, host: this.host, model, redact: this.#redact };
  }

  /** Aborts at the time-out, or a little after the caller did. */
  #deadline(signal?: AbortSignal): { late: AbortSignal; done: () => void } {
    const controller = new AbortController();
    const timers = [setTimeout(() => controller.abort(), this.#times.timeoutMs)];
    const onAbort = () => timers.push(setTimeout(() => controller.abort(), this.#times.graceMs));
    signal?.addEventListener('abort', onAbort, { once: true });
    const done = () => {
      signal?.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
    };
    return { late: controller.signal, done };
  }

  /** Exponential, with jitter so that requests which failed together do not come back together. */
  #backoff(tries: number): number {
    return this.#times.firstBackoffMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
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

/** Some gateways wrap an upstream's error in a 200. */
function errorInside(json: unknown): { status: number; error: unknown } | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { error, choices, data } = json as Record<string, unknown>;
  if (!error || choices !== undefined || data !== undefined) return undefined;
  const code = Number((error as Record<string, unknown>).code);
  return { status: code >= 400 && code < 600 ? code : 502, error };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
