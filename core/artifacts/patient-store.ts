import { setTimeout as sleep } from 'node:timers/promises';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';

/** The drivers themselves have waited longer and longer before they call a store unavailable. */
const AGAIN_AFTER_MS = 1_000;

export interface Patience {
  /** On abort a write is tried once more, and then fails as it would without patience. */
  signal: AbortSignal;
  /** Called whenever the store has not answered. */
  onWait?(): void;
}

/**
 * The same store, whose writes wait for as long as it is unavailable. For what was dear to make and exists nowhere else
 * yet: hours of training, answers that are paid for.
 */
export function patientStore(store: ArtifactStore, { signal, onWait }: Patience): ArtifactStore {
  const patiently = async <T>(write: () => Promise<T>): Promise<T> => {
    for (;;) {
      const isLast = signal.aborted;
      try {
        return await write();
      } catch (error) {
        if (isLast || !(error instanceof Fault && error.kind === 'unavailable')) throw error;
      }
      onWait?.();
      await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
    }
  };
  return {
    ...store,
    putObject: (content) => patiently(() => store.putObject(content)),
    putIfAbsent: (key, bytes) => patiently(() => store.putIfAbsent(key, bytes)),
    swapPointer: (key, expected, bytes) => patiently(() => store.swapPointer(key, expected, bytes)),
  };
}
