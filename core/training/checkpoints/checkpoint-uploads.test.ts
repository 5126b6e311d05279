import { readdir } from 'node:fs/promises';
import { beforeEach, expect, it } from 'vitest';
import { temporaryStore } from '../../artifacts/temporary-store.fixture.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import { newestCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { CheckpointUploads } from './checkpoint-uploads.ts';
import { StoredCheckpoints } from './stored-checkpoints.ts';

const temporary = temporaryStore();
let local: string;
let events: string[];
beforeEach(() => {
  local = temporary.folder.join('local');
  events = [];
});

function write(step: number): Promise<void> {
  const values = new Float32Array([step]);
  const parameter = { name: 'w', shape: [1], weights: values, first: values, second: values };
  return writeCheckpoint(local, { key: 'k', step, seconds: 1, losses: [] }, [parameter]);
}
function uploadsTo(store: ArtifactStore, attempt = 1): CheckpointUploads {
  return new CheckpointUploads(local, new StoredCheckpoints(store, 'training', { run: 'run', attempt }), {
    onStored: ({ step }) => events.push(`stored ${step}`),
    onFailed: (error) => events.push((error as Error).message),
    onSuperseded: () => events.push('superseded'),
  });
}
const countObjects = async () => {
  let count = 0;
  for await (const _ of temporary.store.list('objects/')) count += 1;
  return count;
};
const stepInStore = () => {
  const reader = new StoredCheckpoints(temporary.store, 'training', { run: 'a reader', attempt: 1 });
  return reader.fetch(temporary.folder.join('fetched'));
};

it('a checkpoint that is replaced while another is uploaded is skipped', async () => {
  const uploads = uploadsTo(temporary.store);
  await write(1);
  uploads.wake();
  for (const step of [2, 3, 4]) {
    await write(step);
    uploads.wake();
  }
  await uploads.settled();
  expect(events.at(-1)).toBe('stored 4');
  expect(new Set(events).size).toBe(events.length);
  expect(await stepInStore()).toBe(4);
});

it('a checkpoint is stored however many newer ones are written during its upload, and nothing else is left', async () => {
  const { store } = temporary;
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow: ArtifactStore = {
    ...store,
    async putObject(content) {
      begun.resolve();
      await goOn.promise;
      return store.putObject(content);
    },
  };
  const uploads = uploadsTo(slow);
  await write(1);
  uploads.wake();
  await begun.promise;
  expect(uploads.uploadingForS).toBeGreaterThan(0);
  for (const step of [2, 3, 4, 5]) {
    await write(step);
    uploads.wake();
  }
  goOn.resolve();
  await uploads.settled();
  expect(events).toEqual(['stored 1', 'stored 5']);
  expect(uploads.uploadingForS).toBe(0);
  expect(await countObjects()).toBe(4);
  expect((await readdir(local)).filter((name) => name === 'pinned')).toEqual([]);
});

it('what a failed try has stored is removed once another one succeeds', async () => {
  const { store } = temporary;
  let calls = 0;
  const failing: ArtifactStore = {
    ...store,
    // The second file of the first checkpoint.
    putObject: (content) =>
      ++calls === 2
        ? Promise.reject(new Fault('unavailable', 'The store is away.', 'Wait.'))
        : store.putObject(content),
  };
  const uploads = uploadsTo(failing);
  for (const step of [1, 2]) {
    await write(step);
    uploads.wake();
    await uploads.settled();
  }
  expect(events).toEqual(['The store is away.', 'stored 2']);
  expect(await countObjects()).toBe(2);
});

it('if the store fails, the upload is reported as failed and the next checkpoint is uploaded', async () => {
  let down = true;
  const { store } = temporary;
  const failing: ArtifactStore = {
    ...store,
    putObject: (content) =>
      down ? Promise.reject(new Fault('unavailable', 'The store is away.', 'Wait.')) : store.putObject(content),
  };
  const uploads = uploadsTo(failing);
  await write(1);
  uploads.wake();
  await uploads.settled();
  down = false;
  await write(2);
  uploads.wake();
  await uploads.settled();
  expect(events).toEqual(['The store is away.', 'stored 2']);
  expect(await stepInStore()).toBe(2);
});

it('an attempt that was replaced learns it at its next checkpoint', async () => {
  await new StoredCheckpoints(temporary.store, 'training', { run: 'run', attempt: 2 }).claim();
  const replaced = uploadsTo(temporary.store, 1);
  await write(7);
  replaced.wake();
  await replaced.settled();
  expect(events.at(-1)).toBe('superseded');
  expect(await stepInStore()).toBeUndefined();
});

it('the same checkpoint is uploaded once', async () => {
  const uploads = uploadsTo(temporary.store);
  await write(1);
  for (let i = 0; i < 3; i++) uploads.wake();
  await uploads.settled();
  expect(events).toEqual(['stored 1']);
  expect((await newestCheckpoint(local))?.step).toBe(1);
});
