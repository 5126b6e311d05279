import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

export interface TemporaryFolder {
  /** Absolute path. @throws Error outside a test and its hooks. */
  readonly path: string;
  /** A path inside the folder; nothing is created. */
  join(...parts: string[]): string;
}

/**
 * An empty folder that is removed again. Called at the top level of a test file or a `describe`, before other hooks.
 * @param lifetime `test`: a new folder for each test (default); `file`: one for all tests of the file or `describe`.
 */
export function temporaryFolder(lifetime: 'test' | 'file' = 'test'): TemporaryFolder {
  let path: string | undefined;
  const [before, after] = lifetime === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll];
  before(async () => {
    path = await mkdtemp(join(tmpdir(), 'hone-test-'));
  });
  after(async () => {
    if (path !== undefined) await rm(path, { recursive: true, force: true });
    path = undefined;
  });
  return {
    get path() {
      if (path === undefined) throw new Error('The temporary folder exists only while a test runs.');
      return path;
    },
    join(...parts) {
      return join(this.path, ...parts);
    },
  };
}
