import { beforeAll, beforeEach } from 'vitest';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { type TemporaryFolder, temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import { openFilesystemStore } from './filesystem.ts';

export interface TemporaryStore {
  /** The artifact store, in the folder `store` of `folder`. */
  readonly store: ArtifactStore;
  readonly folder: TemporaryFolder;
}

/**
 * An empty artifact store in a temporary folder. Called at the top level of a test file or a `describe`, before other
 * hooks.
 * @param lifetime `test`: a new store for each test (default); `file`: one for all tests of the file or `describe`.
 */
export function temporaryStore(lifetime: 'test' | 'file' = 'test'): TemporaryStore {
  const folder = temporaryFolder(lifetime);
  let store: ArtifactStore | undefined;
  (lifetime === 'test' ? beforeEach : beforeAll)(async () => {
    store = await openFilesystemStore(folder.join('store'));
  });
  return {
    folder,
    get store() {
      if (store === undefined) throw new Error('The temporary store exists only while a test runs.');
      return store;
    },
  };
}
