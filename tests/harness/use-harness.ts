import { afterAll, beforeEach, vi } from 'vitest';
import { Harness } from './harness.ts';

/**
 * A harness for all tests of a file or `describe`, closed after the last of them. If a test fails, the logs of the
 * processes are printed. Called at the top level, before other hooks.
 */
export function useHarness(): Harness {
  const harness = new Harness();
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => console.error(harness.logs()));
  });
  afterAll(() => harness.close());
  return harness;
}

/** Sets environment variables of this process, until `vi.unstubAllEnvs()` or the end of the file. */
export function stubEnv(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}
