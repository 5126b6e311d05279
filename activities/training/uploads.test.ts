import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFilesystemStore } from '../../core/artifacts/filesystem.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { newestCheckpoint, writeCheckpoint } from '../../core/training/checkpoints/checkpoint.ts';
import { CheckpointUploads } from '../../core/training/checkpoints/checkpoint-uploads.ts';
import { StoredCheckpoints } from '../../core/training/checkpoints/stored-checkpoints.ts';
import type { ParameterState } from '../../core/training/devices/device.ts';

let folder: string;
let local: string;
let store: ArtifactStore;
let told: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-uploads-'));
  local = join(folder, 'local');
  store = await openFilesystemStore(join(folder, 'store'));
  told = [];
});
afterEach(() => rm(folder, { recursive: true }));

function write(step: number): Promise<void> {
  const values = new Float32Array([step]);
  const parameter = { name: 'w', shape: [1], weights: values, first: values, second: values } as ParameterState;
  return writeCheckpoint(local, { key: 'k', step, seconds: 1, losses: [] }, [parameter]);
}
function uploads(to: ArtifactStore, attempt = 1): CheckpointUploads {
  return new CheckpointUploads(local, new StoredCheckpoints(to, 'training', { run: 'run', attempt }), {
    onStored: ({ step }) => told.push(`stored ${step}`),
    onFailed: (error) => told.push((error as Error).message),
    onSuperseded: () => told.push('superseded'),
  });
}
const inStore = () =>
  new StoredCheckpoints(store, 'training', { run: 'a reader', attempt: 1 }).fetch(join(folder, 'fetched'));

it('a checkpoint that is overtaken while another goes up is left out', async () => {
  const uploading = uploads(store);
  await write(1);
  uploading.wake();
  for (const step of [2, 3, 4]) {
    await write(step);
    uploading.wake();
  }
  await uploading.settled();
  expect(told.at(-1)).toBe('stored 4');
  expect(new Set(told).size).toBe(told.length);
  expect(await inStore()).toBe(4);
});

it('a store that does not answer costs a checkpoint and not the training, and gets the next one', async () => {
  let down = true;
  const shaky: ArtifactStore = {
    ...store,
    putObject: (content) =>
      down ? Promise.reject(new Fault('unavailable', 'The store is away.', 'Wait.')) : store.putObject(content),
  };
  const uploading = uploads(shaky);
  await write(1);
  uploading.wake();
  await uploading.settled();
  down = false;
  await write(2);
  uploading.wake();
  await uploading.settled();
  expect(told).toEqual(['The store is away.', 'stored 2']);
  expect(await inStore()).toBe(2);
});

it('an attempt that has lost its place is told at its next checkpoint', async () => {
  await new StoredCheckpoints(store, 'training', { run: 'run', attempt: 2 }).claim();
  const zombie = uploads(store, 1);
  await write(7);
  zombie.wake();
  await zombie.settled();
  expect(told.at(-1)).toBe('superseded');
  expect(await inStore()).toBeUndefined();
});

it('nothing new, nothing done', async () => {
  const uploading = uploads(store);
  await write(1);
  for (let i = 0; i < 3; i++) uploading.wake();
  await uploading.settled();
  expect(told).toEqual(['stored 1']);
  expect((await newestCheckpoint(local))?.step).toBe(1);
});
