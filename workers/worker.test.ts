import { expect, it } from 'vitest';
import { runTogether } from './worker.ts';

/** A worker that serves until it is stopped, and takes a moment to stop; or that dies of `death`. */
function worker(death?: Error) {
  const stopping = Promise.withResolvers<void>();
  let state: 'RUNNING' | 'STOPPED' | 'FAILED' = 'RUNNING';
  return {
    getState: () => state,
    shutdown: () => stopping.resolve(),
    async run() {
      if (death) {
        state = 'FAILED';
        throw death;
      }
      await stopping.promise;
      await new Promise((resolve) => setTimeout(resolve, 10));
      state = 'STOPPED';
    },
  };
}

it('stops the other workers where one dies, and says of what once they have stopped', async () => {
  const [first, last] = [worker(), worker()];
  await expect(runTogether([first, worker(new Error('no such namespace')), last])).rejects.toThrow('no such namespace');
  expect([first.getState(), last.getState()]).toEqual(['STOPPED', 'STOPPED']);
});
