import { isLost } from './failure.ts';
import type { RunProgress } from './run-progress.ts';

/** Each time another artifact may turn out to be lost. */
const MAX_RUNS = 5;

/**
 * Runs all steps of a run, and runs them again if a step finds an artifact missing or corrupt. Steps whose artifacts
 * are intact are reused then; the step that made the lost artifact makes it again.
 */
export async function rerunOnLostArtifact<T>(run: RunProgress, steps: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await steps();
    } catch (error) {
      if (count === MAX_RUNS || !isLost(error)) throw error;
      run.restart();
    }
  }
}
