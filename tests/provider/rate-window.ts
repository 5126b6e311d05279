interface Entry {
  /** Time from which it no longer counts. */
  until: number;
  amount: number;
}

/**
 * A limit per window of time, as a server enforces it. In a sliding window, an amount counts for the length of the
 * window; in a fixed window, until the next multiple of the length. Amortised constant time per request.
 */
export class RateWindow {
  /** May be changed at any time; usage so far still counts. */
  limit: number;
  readonly #windowMs: number;
  readonly #fixed: boolean;
  #entries: Entry[] = [];
  /** Entries before this index have expired. */
  #head = 0;
  #used = 0;

  constructor(limit: number, windowMs: number, kind: 'sliding' | 'fixed' = 'sliding') {
    this.limit = limit;
    this.#windowMs = windowMs;
    this.#fixed = kind === 'fixed';
  }

  /** Amount that may still be spent. */
  remaining(now: number): number {
    this.#expire(now);
    return Math.max(0, this.limit - this.#used);
  }

  /** Milliseconds until the amount may be spent; the length of the window if it is above the limit. */
  wait(amount: number, now: number): number {
    this.#expire(now);
    let over = this.#used + amount - this.limit;
    if (over <= 0) return 0;
    for (let index = this.#head; index < this.#entries.length; index++) {
      const { until, amount: freed } = this.#entries[index] as Entry;
      over -= freed;
      if (over <= 0) return until - now;
    }
    return this.#windowMs;
  }

  /** Counts the amount, even beyond the limit. */
  spend(amount: number, now: number): void {
    this.#expire(now);
    this.#used += amount;
    const until = this.#fixed ? (Math.floor(now / this.#windowMs) + 1) * this.#windowMs : now + this.#windowMs;
    const last = this.#entries.at(-1);
    if (last && last.until >= until && this.#entries.length > this.#head) last.amount += amount;
    else this.#entries.push({ until, amount });
  }

  /** Milliseconds until the window is empty. */
  reset(now: number): number {
    this.#expire(now);
    return this.#head === this.#entries.length ? 0 : (this.#entries.at(-1) as Entry).until - now;
  }

  #expire(now: number): void {
    while (this.#head < this.#entries.length && (this.#entries[this.#head] as Entry).until <= now) {
      this.#used -= (this.#entries[this.#head++] as Entry).amount;
    }
    if (this.#head > 1000 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
  }
}
