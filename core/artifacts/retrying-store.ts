import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { type Patience, untilAvailable } from '../primitives/until-available.ts';

/**
 * The same store, whose writes wait for as long as it is unavailable. For what was dear to make and exists nowhere else
 * yet: hours of training, answers that are paid for.
 */
export function retryingStore(store: ArtifactStore, patience: Patience): ArtifactStore {
  return {
    ...store,
    putObject: (content) => untilAvailable(() => store.putObject(content), patience),
    putIfAbsent: (key, bytes) => untilAvailable(() => store.putIfAbsent(key, bytes), patience),
    swapPointer: (key, expected, bytes) => untilAvailable(() => store.swapPointer(key, expected, bytes), patience),
  };
}
