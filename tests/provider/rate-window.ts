/** A sliding window over requests or tokens, as a server enforces one. */
export class RateWindow {
  readonly limit: number;
  readonly #windowMs: number;
  #spent: { at: number; amount: number }[] = [];

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.#windowMs = windowMs;
  }

  remaining(now: number): number {
    this.#spent = this.#spent.filter(({ at }) => at + this.#windowMs > now);
    return Math.max(0, this.limit - this.#spent.reduce((sum, { amount }) => sum + amount, 0));
  }

  /** Books the amount, or says in how many milliseconds there is room for it. */
  take(amount: number, now: number): number {
    let free = this.remaining(now);
    if (amount <= free) {
      this.#spent.push({ at: now, amount });
      return 0;
    }
    for (const entry of this.#spent) {
      free += entry.amount;
      if (amount <= free) return entry.at + this.#windowMs - now;
    }
    return this.#windowMs;
  }

  /** Milliseconds until the window is empty. */
  reset(now: number): number {
    const last = this.#spent.at(-1);
    return last ? Math.max(0, last.at + this.#windowMs - now) : 0;
  }
}

/** A duration as OpenAI writes it: `6m0s`, `1.5s`, `20ms`. */
export function openaiDuration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  if (ms < 60_000) return `${ms / 1000}s`;
  return `${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1000}s`;
}
