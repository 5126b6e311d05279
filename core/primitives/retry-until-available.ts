import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../contracts/fault.ts';

/** Constant, since the client that reports `unavailable` has already backed off exponentially. */
const RETRY_INTERVAL_MS = 1_000;

export interface RetryOptions {
  /** Ends the retries: after an abort there is one last attempt, whose fault is thrown. */
  signal: AbortSignal;
  /** Called with the fault after every failed attempt that will be retried. */
  onWait?: ((fault: Fault) => void) | undefined;
}

/**
 * Calls `attempt` once a second until it no longer throws a Fault `unavailable`, and returns its result.
 * @throws any other error of `attempt` at once; the Fault `unavailable` of the last attempt once `signal` is aborted.
 */
export async function retryUntilAvailable<T>(attempt: () => Promise<T>, { signal, onWait }: RetryOptions): Promise<T> {
  for (;;) {
    const isLast = signal.aborted;
    try {
      return await attempt();
    } catch (error) {
      if (isLast || !(error instanceof Fault && error.kind === 'unavailable')) throw error;
      onWait?.(error);
    }
    await sleep(RETRY_INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}
