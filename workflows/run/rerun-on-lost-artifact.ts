import { isLost } from './failure.ts';
import type { RunProgress } from './run-progress.ts';

/** Times the steps are gone through, each of which may come upon another artifact that was lost. */
const TIMES = 5;

/**
 * Goes through the steps of a run, and once more whenever one comes upon an artifact that is gone or has rotted: those
 * that are whole are then reused, and the one that makes what was lost makes it again.
 */
export async function rerunOnLostArtifact<T>(run: RunProgress, steps: () => Promise<T>): Promise<T> {
  for (let time = 1; ; time++) {
    try {
      return await steps();
    } catch (error) {
      if (time === TIMES || !isLost(error)) throw error;
      run.restart();
    }
  }
}
