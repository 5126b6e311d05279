import { setTimeout } from 'node:timers/promises';
import { Fault } from '../core/contracts/fault.ts';

const AGAIN_MS = 1_000;

export interface Patience {
  readonly signal: AbortSignal;
  /** Told once of each reason to wait. */
  onWait(fault: Fault): void;
}

/**
 * Opens what may not be there yet, as where a worker and its servers are started at once, or one of them is just away.
 * @throws what waiting does not mend; an AbortError once the signal says so.
 */
export async function untilAvailable<T>(open: () => Promise<T>, { signal, onWait }: Patience): Promise<T> {
  let told: string | undefined;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'unavailable')) throw error;
      if (error.message !== told) onWait(error);
      told = error.message;
    }
    await setTimeout(AGAIN_MS, undefined, { signal });
  }
}
