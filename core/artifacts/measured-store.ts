import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Measure } from '../contracts/metrics.ts';

/** The same store; what its operations take and how they end is measured. */
export function measuredStore(store: ArtifactStore, measure: Measure): ArtifactStore {
  const measured =
    <A extends unknown[], R>(operation: string, run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const begin = performance.now();
      let outcome = 'failed';
      try {
        const result = await run(...args);
        outcome = 'done';
        return result;
      } finally {
        measure('hone_store_seconds', (performance.now() - begin) / 1000, { operation, outcome });
      }
    };
  return {
    ...store,
    putObject: measured('put-object', store.putObject),
    readObject: measured('read-object', store.readObject),
    fetchObject: measured('fetch-object', store.fetchObject),
    hasObject: measured('has-object', store.hasObject),
    removeObject: measured('remove-object', store.removeObject),
    get: measured('get', store.get),
    putIfAbsent: measured('put-if-absent', store.putIfAbsent),
    materialise: measured('materialise', store.materialise),
    readPointer: measured('read-pointer', store.readPointer),
    swapPointer: measured('swap-pointer', store.swapPointer),
  };
}
