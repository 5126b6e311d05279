import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../contracts/fault.ts';

/** Whoever calls something unavailable has waited longer and longer for it before. */
const AGAIN_AFTER_MS = 1_000;

export interface Patience {
  /** On abort it is tried once more, and then fails as it would without patience. */
  signal: AbortSignal;
  /** Called whenever there was no answer. */
  onWait?(fault: Fault): void;
}

/**
 * Tries for as long as what is needed is unavailable.
 * @throws what `attempt` throws and waiting does not mend.
 */
export async function untilAvailable<T>(attempt: () => Promise<T>, { signal, onWait }: Patience): Promise<T> {
  for (;;) {
    const isLast = signal.aborted;
    try {
      return await attempt();
    } catch (error) {
      if (isLast || !(error instanceof Fault && error.kind === 'unavailable')) throw error;
      onWait?.(error);
    }
    await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
  }
}
