import type { RateLimitHeaders } from '../contracts/rate-limit.ts';

const MINUTE_MS = 60_000;

/**
 * One allowance a minute (requests, or tokens) as a log of what was spent in the last minute: no window of a minute,
 * wherever an endpoint lets its own begin, ever holds more than the limit.
 */
export class Allowance {
  #limit: number;
  #spent: { at: number; amount: number; past: boolean }[] = [];
  #used = 0;
  /** What others on the same key use, by the endpoint's word, until its reset. */
  #others = { amount: 0, until: 0 };

  /** @param limit a minute; undefined: unlimited until the endpoint says otherwise. */
  constructor(limit: number | undefined) {
    this.#limit = limit ?? Number.POSITIVE_INFINITY;
  }

  /** Milliseconds until `amount` fits, and whether it is our own use or somebody else's that it waits for. */
  wait(amount: number, now: number): { ms: number; foreign: boolean } {
    // What exceeds the limit by itself can only ever go out alone.
    const free = this.#limit - Math.min(amount, this.#limit);
    const others = now < this.#others.until ? this.#others.amount : 0;
    let used = this.#usedAt(now);
    if (used + others <= free) return { ms: 0, foreign: false };
    for (const { at, amount: given } of this.#spent) {
      used -= given;
      const opens = at + MINUTE_MS;
      const still = opens < this.#others.until ? others : 0;
      if (used + still <= free) return { ms: opens - now, foreign: false };
    }
    return { ms: Math.max(0, this.#others.until - now), foreign: true };
  }

  /** Books an amount; the returned function corrects it once the endpoint has counted. */
  spend(amount: number, now: number): (actual: number) => void {
    const entry = { at: now, amount, past: false };
    this.#spent.push(entry);
    this.#used += amount;
    return (actual) => {
      if (!entry.past) this.#used += actual - entry.amount;
      entry.amount = actual;
    };
  }

  /** A limit from a header may lower the profile's, never raise it: the profile may be one team's share. */
  heed(said: RateLimitHeaders, now: number): void {
    if (said.limit !== undefined) this.#limit = Math.min(this.#limit, said.limit);
    if (said.remaining === undefined || said.resetMs === undefined || !Number.isFinite(this.#limit)) return;
    const believed = this.#limit - this.#usedAt(now);
    this.#others = { amount: Math.max(0, believed - said.remaining), until: now + said.resetMs };
  }

  #usedAt(now: number): number {
    for (let oldest = this.#spent[0]; oldest && oldest.at + MINUTE_MS <= now; oldest = this.#spent[0]) {
      oldest.past = true;
      this.#used -= oldest.amount;
      this.#spent.shift();
    }
    return this.#used;
  }
}
