import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Measure } from '../contracts/metrics.ts';
import { type RetryOptions, retryUntilAvailable } from '../primitives/retry-until-available.ts';

/**
 * The same store, but its writes are retried for as long as the store is unavailable. For results that were expensive
 * and exist nowhere else yet: hours of training, answers that have been paid for.
 */
export function retryingStore(
  store: ArtifactStore,
  { measure, onWait, signal }: RetryOptions & { measure?: Measure },
): ArtifactStore {
  const retried = <R>(operation: string, write: () => Promise<R>) =>
    retryUntilAvailable(write, {
      signal,
      onWait(fault) {
        measure?.('hone_store_retries', 1, { operation });
        onWait?.(fault);
      },
    });
  return {
    ...store,
    putObject: (content) => retried('put-object', () => store.putObject(content)),
    putIfAbsent: (key, bytes) => retried('put-if-absent', () => store.putIfAbsent(key, bytes)),
    swapPointer: (key, expected, bytes) => retried('swap-pointer', () => store.swapPointer(key, expected, bytes)),
  };
}
