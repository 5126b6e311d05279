import { RateWindow } from './rate-window.ts';

export interface LimitOptions {
  /** Requests and tokens granted a minute; default: any number. */
  requestsPerMinute?: number | undefined;
  tokensPerMinute?: number | undefined;
  /** Length of that "minute", so that tests need not wait for a real one; default 60,000 ms. */
  windowMs?: number;
  /** Whether a minute begins with every request (sliding, the default) or by the clock (fixed). */
  window?: 'sliding' | 'fixed';
  /** What a refused request is told to wait; default: until there is room. */
  retryAfterMs?: number;
}

const KINDS = ['requests', 'tokens'] as const;
type Kind = (typeof KINDS)[number];

/** Both windows of a key, and what OpenAI's headers say of them. Prompt tokens count at the door, the answer's when it is given. */
export class Limits {
  readonly #options: LimitOptions;
  readonly #now: () => number;
  readonly #windows: Partial<Record<Kind, RateWindow>> = {};

  constructor(options: LimitOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
    this.set(options);
  }

  /** Changes the limits that are given, from now on; what was spent stays spent. */
  set({ requestsPerMinute, tokensPerMinute }: Pick<LimitOptions, 'requestsPerMinute' | 'tokensPerMinute'>): void {
    this.#setOne('requests', requestsPerMinute);
    this.#setOne('tokens', tokensPerMinute);
  }

  /** Lets a request in, or says in how many milliseconds it may come again; one that is refused spends nothing. */
  admit(tokens: number): number {
    const now = this.#now();
    const amounts = { requests: 1, tokens };
    const wait = Math.max(...KINDS.map((kind) => this.#windows[kind]?.wait(amounts[kind], now) ?? 0));
    if (wait > 0) return this.#options.retryAfterMs ?? wait;
    for (const kind of KINDS) this.#windows[kind]?.spend(amounts[kind], now);
    return 0;
  }

  spendTokens(tokens: number): void {
    this.#windows.tokens?.spend(tokens, this.#now());
  }

  headers(): Record<string, string> {
    const now = this.#now();
    const headers: Record<string, string> = {};
    for (const kind of KINDS) {
      const window = this.#windows[kind];
      if (!window) continue;
      headers[`x-ratelimit-limit-${kind}`] = String(window.limit);
      headers[`x-ratelimit-remaining-${kind}`] = String(window.remaining(now));
      headers[`x-ratelimit-reset-${kind}`] = openaiDuration(window.reset(now));
    }
    return headers;
  }

  #setOne(kind: Kind, limit: number | undefined): void {
    if (limit === undefined) return;
    const window = this.#windows[kind];
    if (window) window.limit = limit;
    else this.#windows[kind] = new RateWindow(limit, this.#options.windowMs ?? 60_000, this.#options.window);
  }
}

export function retryHeaders(ms: number): Record<string, string> {
  return { 'retry-after-ms': String(Math.ceil(ms)), 'retry-after': String(Math.ceil(ms / 1000)) };
}

/** A duration as OpenAI writes it: `6m0s`, `1.5s`, `20ms`. */
export function openaiDuration(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole < 1000) return `${whole}ms`;
  if (whole < 60_000) return `${whole / 1000}s`;
  return `${Math.floor(whole / 60_000)}m${(whole % 60_000) / 1000}s`;
}
