import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore } from '../../core/artifacts/open-store.ts';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { childOf, isAlive } from '../../core/training/process/processes.fixture.ts';
import { Cluster } from '../faults/cluster.ts';
import { BUCKET } from '../s3/server.ts';

const EPOCHS = 250;

let cluster: Cluster;
let undisturbed: string;
beforeAll(async () => {
  cluster = await Cluster.start();
  for (const [name, value] of Object.entries(cluster.s3.env)) vi.stubEnv(name, value);
  const worker = await cluster.worker('undisturbed');
  undisturbed = await cluster.weights(await cluster.train('undisturbed', EPOCHS), await storeAt('undisturbed'));
  await worker.end('SIGTERM');
});
afterAll(() => cluster.remove());

const storeAt = (name: string): Promise<ArtifactStore> => openStore(`s3://${BUCKET}/${name}`);

/** What the pointer to the checkpoints of the one training in a store says. */
async function standing(store: string): Promise<{ attempts: number[]; step: number }> {
  const bucket = new S3Bucket(BUCKET);
  for await (const { key } of bucket.list(`${store}/checkpoints/`)) {
    const text = new TextDecoder().decode((await bucket.get(key))?.bytes);
    const { attempts, checkpoints } = JSON.parse(text.slice(text.indexOf('\n')));
    return { attempts: Object.values(attempts), step: checkpoints[0]?.step ?? 0 };
  }
  return { attempts: [], step: 0 };
}

it('goes on where it was on a machine with an empty disk, when the first one dies, and ends with the same bytes', async () => {
  const first = await cluster.worker('killed');
  const run = await cluster.train('killed', EPOCHS);
  await vi.waitFor(async () => expect((await standing('killed')).step).toBeGreaterThan(0), { timeout: 60_000 });
  const trainer = await childOf(first.pid, 'trainer-child');
  await first.end('SIGKILL');
  await vi.waitFor(() => expect(isAlive(trainer)).toBe(false), { timeout: 30_000 });
  const { step } = await standing('killed');

  await cluster.worker('killed');
  // Progress is the dead attempt's until the next one speaks.
  await vi.waitFor(async () => expect((await standing('killed')).attempts).toEqual([2]), { timeout: 60_000 });
  await vi.waitFor(async () => expect((await standing('killed')).step).not.toBe(step), { timeout: 60_000 });
  expect(await cluster.weights(run, await storeAt('killed'))).toBe(undisturbed);
  // Nothing is left of checkpoints once there is a result.
  expect((await standing('killed')).step).toBe(0);
});
