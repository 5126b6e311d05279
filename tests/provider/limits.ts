import { RateWindow } from './rate-window.ts';

export interface LimitOptions {
  /** Default: no limit. */
  requestsPerMinute?: number | undefined;
  /** Of prompts and completions. Default: no limit. */
  tokensPerMinute?: number | undefined;
  /** Length of the "minute" in milliseconds, which tests may shorten; default 60,000. */
  windowMs?: number;
  /** Whether the minute before each request counts (`sliding`, the default), or the minute by the clock (`fixed`). */
  window?: 'sliding' | 'fixed';
  /** `retry-after` of a rejected request, in milliseconds; default: until it would be admitted. */
  retryAfterMs?: number;
}

const KINDS = ['requests', 'tokens'] as const;
type Kind = (typeof KINDS)[number];

/**
 * The two rate limits of a key, with OpenAI's headers. Prompt tokens count when a request is admitted, completion
 * tokens when it is answered.
 */
export class Limits {
  readonly #options: LimitOptions;
  readonly #now: () => number;
  readonly #windows: Partial<Record<Kind, RateWindow>> = {};

  constructor(options: LimitOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
    this.set(options);
  }

  /** Changes the given limits from now on; usage so far still counts. */
  set({ requestsPerMinute, tokensPerMinute }: Pick<LimitOptions, 'requestsPerMinute' | 'tokensPerMinute'>): void {
    this.#setOne('requests', requestsPerMinute);
    this.#setOne('tokens', tokensPerMinute);
  }

  /** Admits a request and counts it. @returns 0, or after how many milliseconds a rejected request may be repeated. */
  admit(tokens: number): number {
    const now = this.#now();
    const amounts = { requests: 1, tokens };
    const wait = Math.max(...KINDS.map((kind) => this.#windows[kind]?.wait(amounts[kind], now) ?? 0));
    if (wait > 0) return this.#options.retryAfterMs ?? wait;
    for (const kind of KINDS) this.#windows[kind]?.spend(amounts[kind], now);
    return 0;
  }

  /** Counts the tokens of a completion. */
  spendTokens(tokens: number): void {
    this.#windows.tokens?.spend(tokens, this.#now());
  }

  /** The `x-ratelimit-*` headers. */
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

/** A duration in OpenAI's notation: `6m0s`, `1.5s`, `20ms`. */
export function openaiDuration(ms: number): string {
  const whole = Math.ceil(ms);
  if (whole < 1000) return `${whole}ms`;
  if (whole < 60_000) return `${whole / 1000}s`;
  return `${Math.floor(whole / 60_000)}m${(whole % 60_000) / 1000}s`;
}
