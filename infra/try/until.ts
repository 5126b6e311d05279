import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  readonly signal: AbortSignal;
  /** Default: 60,000. */
  readonly withinMs?: number;
  /** Milliseconds between two tries. Default: 100. */
  readonly everyMs?: number;
}

/**
 * Waits until the function returns something.
 * @param what What is waited for, for the message: it ends "… did not come within 60 s".
 * @throws Error if it does not within `withinMs`; what the function throws, at once.
 */
export async function until<T>(
  what: string,
  find: () => Promise<T | undefined> | T | undefined,
  { signal, withinMs = 60_000, everyMs = 100 }: UntilOptions,
): Promise<T> {
  for (const deadline = performance.now() + withinMs; performance.now() < deadline; ) {
    signal.throwIfAborted();
    const found = await find();
    if (found !== undefined) return found;
    await sleep(everyMs, undefined, { signal });
  }
  throw new Error(`${what} did not come within ${withinMs / 1000} s.`);
}
