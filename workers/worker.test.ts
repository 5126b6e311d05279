import { expect, it } from 'vitest';
import { runTogether } from './worker.ts';

/** A worker that runs until it is stopped and takes 10 ms to stop, or fails at once with `failure`. */
function worker(failure?: Error) {
  const stopping = Promise.withResolvers<void>();
  let state: 'RUNNING' | 'STOPPED' | 'FAILED' = 'RUNNING';
  return {
    getState: () => state,
    shutdown: () => stopping.resolve(),
    async run() {
      if (failure) {
        state = 'FAILED';
        throw failure;
      }
      await stopping.promise;
      await new Promise((resolve) => setTimeout(resolve, 10));
      state = 'STOPPED';
    },
  };
}

it('stops the other workers when one fails, and throws its error once they have stopped', async () => {
  const [first, last] = [worker(), worker()];
  await expect(runTogether([first, worker(new Error('no such namespace')), last])).rejects.toThrow('no such namespace');
  expect([first.getState(), last.getState()]).toEqual(['STOPPED', 'STOPPED']);
});
