import { sleep } from '../primitives/sleep.ts';
import { Allowance } from '../rate-limit/sliding-window.ts';
import { limitHeaders } from './limit-headers.ts';

/** A place among the requests in flight. */
export interface Slot {
  /** Gives the place back; `tokens` corrects the estimate where the endpoint has counted. */
  leave(tokens?: number): void;
}

export interface PaceOptions {
  requestsPerMinute?: number | undefined;
  tokensPerMinute?: number | undefined;
  concurrency: number;
  /** A wait that the other side imposes is sat out up to this long; beyond it `onLongWait` makes the error. */
  patienceMs: number;
  onLongWait: (ms: number) => Error;
}

/** Keeps this process's requests to one endpoint within its limits: requests and tokens a minute, requests in flight. */
export class Pace {
  readonly #requests: Allowance;
  readonly #tokens: Allowance;
  readonly #options: PaceOptions;
  #inFlight = 0;
  #heldUntil = 0;
  /** Those who wait for a place, first come first served. */
  #queue: (() => void)[] = [];
  /** Admission is one at a time, so that a large request is not overtaken for ever by small ones. */
  #gate: Promise<unknown> = Promise.resolve();

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#requests = new Allowance(options.requestsPerMinute);
    this.#tokens = new Allowance(options.tokensPerMinute);
  }

  /** A place in flight, whatever the rates: for requests whose rate is held elsewhere. The function returned gives it back. */
  async place(signal?: AbortSignal): Promise<() => void> {
    await this.#place(signal);
    return () => this.#vacate();
  }

  /** Waits until a request of about `tokens` tokens may go out. */
  async enter(tokens: number, signal?: AbortSignal): Promise<Slot> {
    await this.#place(signal);
    const admission = this.#gate.then(() => this.#admit(tokens, signal));
    this.#gate = admission.catch(() => {});
    try {
      const correct = await admission;
      let left = false;
      return {
        leave: (actual) => {
          if (left) return;
          left = true;
          if (actual !== undefined) correct(actual);
          this.#vacate();
        },
      };
    } catch (error) {
      this.#vacate();
      throw error;
    }
  }

  /** Corrects the limits by the headers of a response. */
  heed(headers: Headers): void {
    const now = Date.now();
    this.#requests.heed(limitHeaders(headers, 'requests'), now);
    this.#tokens.heed(limitHeaders(headers, 'tokens'), now);
  }

  /** Nothing goes out for so long: the endpoint has asked for it. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, Date.now() + ms);
  }

  async #admit(tokens: number, signal?: AbortSignal): Promise<(actual: number) => void> {
    for (;;) {
      signal?.throwIfAborted();
      const now = Date.now();
      const held = this.#heldUntil - now;
      const waits = [this.#requests.wait(1, now), this.#tokens.wait(tokens, now)];
      const imposed = Math.max(held, ...waits.filter((wait) => wait.foreign).map((wait) => wait.ms));
      if (imposed > this.#options.patienceMs) throw this.#options.onLongWait(imposed);
      const ms = Math.max(held, ...waits.map((wait) => wait.ms));
      if (ms <= 0) {
        this.#requests.spend(1, now);
        return this.#tokens.spend(tokens, now);
      }
      // In slices: a response that comes home meanwhile may know better.
      await sleep(Math.min(ms, 1000), signal);
    }
  }

  async #place(signal?: AbortSignal): Promise<void> {
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

  /** Hands the place on rather than freeing it, so that nobody slips in between. */
  #vacate(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#inFlight--;
  }
}
