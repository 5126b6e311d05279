import { expect, it } from 'vitest';
import { busyWorker } from '../../harness/busy-worker.ts';
import { useHarness } from '../../harness/use-harness.ts';

const harness = useHarness();

// The whole load is in tests/faults.
it('sends heartbeats for a training while it plans questions and chunks a long text', async () => {
  const { delay, retries, steps } = await busyWorker(harness, { chunks: 4_000, characters: 500_000, epochs: 2_000 });
  expect(retries).toEqual([]);
  expect(delay.p99).toBeLessThan(200);
  // One long hold is one sample. Heartbeats are due every five seconds.
  expect(delay.max).toBeLessThan(2_000);
  expect(steps).toBeGreaterThan(0);
});
