import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { type RetryOptions, retryUntilAvailable } from '../primitives/retry-until-available.ts';

/**
 * The same store, but its writes are retried for as long as the store is unavailable. For results that were expensive
 * and exist nowhere else yet: hours of training, answers that have been paid for.
 */
export function retryingStore(store: ArtifactStore, options: RetryOptions): ArtifactStore {
  return {
    ...store,
    putObject: (content) => retryUntilAvailable(() => store.putObject(content), options),
    putIfAbsent: (key, bytes) => retryUntilAvailable(() => store.putIfAbsent(key, bytes), options),
    swapPointer: (key, expected, bytes) => retryUntilAvailable(() => store.swapPointer(key, expected, bytes), options),
  };
}
