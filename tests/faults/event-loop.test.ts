import { expect, it } from 'vitest';
import { busyWorker } from '../harness/busy-worker.ts';
import { useHarness } from '../harness/use-harness.ts';

const CHUNKS = Number(process.env.HONE_FAULT_CHUNKS || 1_000_000);
const CHARACTERS = Number(process.env.HONE_FAULT_CHARACTERS || 16_000_000);

const harness = useHarness();

it(`misses no heartbeat while it plans questions about ${CHUNKS} chunks and chunks a line of ${CHARACTERS} characters`, async () => {
  const busy = await busyWorker(harness, { chunks: CHUNKS, characters: CHARACTERS, epochs: 20_000 });
  console.log(`\nevent loop of the worker, milliseconds: ${JSON.stringify(busy.delay)}; ${busy.steps} steps`);
  expect(busy.retries).toEqual([]);
  expect(busy.delay.p99).toBeLessThan(200);
  expect(busy.delay.max).toBeLessThan(2_000);
  expect(busy.steps).toBeGreaterThan(0);
});
