import type { Limits, RateLimitHeaders } from '../contracts/rate-limit.ts';
import { sleep } from '../primitives/sleep.ts';
import { RateLimiter } from '../rate-limit/rate-limiter.ts';

/** A wait is slept in parts of at most this, as a response may change the limits meanwhile. */
const LONGEST_SLEEP_MS = 1000;

/** A request that was let through. */
export interface Passage {
  /** Frees the slot. @param tokens as the endpoint counted them; absent: the estimate stands. */
  leave(tokens?: number): void;
}

export interface RequestGateOptions extends Limits {
  /** Requests in flight at once. */
  concurrency: number;
  /** A wait that the endpoint or other users of the key impose is slept up to this long; a longer one is an error. */
  patienceMs: number;
  /** Makes that error. */
  onLongWait: (ms: number) => Error;
}

/**
 * Keeps the requests of this process to one endpoint within its limits: in flight, and requests and tokens a minute.
 * It counts the minutes by a clock that nobody sets: were the wall clock set back by an hour, all would wait for it.
 */
export class RequestGate {
  readonly #limiter = new RateLimiter();
  readonly #options: RequestGateOptions;
  #inFlight = 0;
  /** Those who wait for a slot, first come first served. */
  readonly #queue: (() => void)[] = [];
  /** Requests pass the limiter one at a time, so that small ones do not overtake a large one again and again. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RequestGateOptions) {
    this.#options = options;
    const { requestsPerMinute, tokensPerMinute } = options;
    this.#limiter.setProfileLimits({ requestsPerMinute, tokensPerMinute });
  }

  /**
   * Waits for a slot in flight only, for requests that are rate-limited elsewhere.
   * @returns a function that frees the slot.
   */
  async slot(signal?: AbortSignal): Promise<() => void> {
    await this.#takeSlot(signal);
    return () => this.#freeSlot();
  }

  /**
   * Waits until a request of about `tokens` tokens may be sent.
   * @throws what `onLongWait` makes, where the wait is too long; the signal's reason.
   */
  async enter(tokens: number, signal?: AbortSignal): Promise<Passage> {
    await this.#takeSlot(signal);
    const passed = this.#turn.then(() => this.#passLimiter(tokens, signal));
    this.#turn = passed.catch(() => {});
    try {
      const correct = await passed;
      let left = false;
      return {
        leave: (counted) => {
          if (left) return;
          left = true;
          if (counted !== undefined) correct(counted);
          this.#freeSlot();
        },
      };
    } catch (error) {
      this.#freeSlot();
      throw error;
    }
  }

  /** Corrects the limits by the headers of a response. */
  updateFromHeaders(headers: RateLimitHeaders): void {
    this.#limiter.updateFromHeaders(headers, performance.now());
  }

  /** Nothing enters for this long, as the endpoint asked for a pause. */
  hold(ms: number): void {
    this.#limiter.holdUntil(performance.now() + ms);
  }

  async #passLimiter(tokens: number, signal?: AbortSignal): Promise<(counted: number) => void> {
    for (;;) {
      signal?.throwIfAborted();
      const now = performance.now();
      const imposedMs = this.#limiter.imposedWaitMs(tokens, now);
      if (imposedMs > this.#options.patienceMs) throw this.#options.onLongWait(imposedMs);
      const ms = this.#limiter.requestWaitMs(tokens, now);
      if (ms <= 0) return this.#limiter.book(tokens, now);
      await sleep(Math.min(ms, LONGEST_SLEEP_MS), signal);
    }
  }

  async #takeSlot(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#inFlight < this.#options.concurrency) {
      this.#inFlight++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        this.#queue.splice(this.#queue.indexOf(take), 1);
        reject(signal?.reason);
      };
      const take = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      this.#queue.push(take);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Passes the slot on to the next in the queue, so that a newcomer cannot take it in between. */
  #freeSlot(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#inFlight--;
  }
}
