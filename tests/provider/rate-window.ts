interface Entry {
  /** When it counts no longer. */
  until: number;
  amount: number;
}

/**
 * What may be spent in a window of time, as a server enforces it. In a sliding window an amount counts for the window's
 * length; in a fixed one, until the next full "minute". Constant time a request, whatever the traffic (amortised).
 */
export class RateWindow {
  /** May be changed at any time; what was spent stays spent. */
  limit: number;
  readonly #windowMs: number;
  readonly #fixed: boolean;
  #entries: Entry[] = [];
  /** Entries before this one have run out. */
  #head = 0;
  #used = 0;

  constructor(limit: number, windowMs: number, kind: 'sliding' | 'fixed' = 'sliding') {
    this.limit = limit;
    this.#windowMs = windowMs;
    this.#fixed = kind === 'fixed';
  }

  remaining(now: number): number {
    this.#expire(now);
    return Math.max(0, this.limit - this.#used);
  }

  /** Milliseconds until there is room for the amount; one that never fits waits a whole window. */
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

  /** Books the amount whether or not there is room for it. */
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
