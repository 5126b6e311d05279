import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryStore } from '../../artifacts/temporary-store.fixture.ts';
import { StoredCheckpoints, Superseded } from './stored-checkpoints.ts';

const temporary = temporaryStore();

const attemptOf = (number: number, run = 'run') =>
  new StoredCheckpoints(temporary.store, 'training', { run, attempt: number });

async function put(checkpoints: StoredCheckpoints, step: number) {
  const local = temporary.folder.join(randomUUID());
  await mkdir(local);
  const files = [`state-${step}`, `checkpoint-${step}`];
  for (const file of files) await writeFile(join(local, file), `${file} of the training`);
  return checkpoints.put(local, { step, files });
}
async function add(checkpoints: StoredCheckpoints, step: number) {
  const stored = await put(checkpoints, step);
  await checkpoints.add(stored);
  return stored;
}
const fetch = (checkpoints = attemptOf(9, 'a reader'), unlisted?: Awaited<ReturnType<typeof put>>) =>
  checkpoints.fetch(temporary.folder.join(randomUUID()), unlisted);
const countObjects = async () => {
  const names = await readdir(temporary.folder.join('store', 'objects'), { recursive: true });
  return names.filter((name) => name.length > 60).length;
};

it('an attempt that was replaced cannot change the checkpoints', async () => {
  const zombie = attemptOf(1);
  await zombie.claim();
  await add(zombie, 100);
  const next = attemptOf(2);
  await next.claim();
  await expect(add(zombie, 110)).rejects.toBeInstanceOf(Superseded);
  await add(next, 105);
  await expect(zombie.claim()).rejects.toBeInstanceOf(Superseded);
  await expect(zombie.clear()).rejects.toBeInstanceOf(Superseded);
  expect(await fetch()).toBe(105);
});

it('if a replaced attempt and its successor write at the same time, the successor wins', async () => {
  const zombie = attemptOf(1);
  await zombie.claim();
  const next = attemptOf(2);
  const [late] = await Promise.allSettled([add(zombie, 100), next.claim().then(() => add(next, 50))]);
  const [later] = await Promise.allSettled([add(zombie, 200)]);
  expect([late.status, later.status]).toContain('rejected');
  expect(later).toMatchObject({ status: 'rejected', reason: expect.any(Superseded) });
  expect([50, 100]).toContain(await fetch());
});

it('two runs of the same training share their checkpoints and do not lock each other out', async () => {
  const [one, two] = [attemptOf(3, 'one'), attemptOf(1, 'two')];
  await Promise.all([one.claim(), two.claim()]);
  await Promise.all([add(one, 100), add(two, 80)]);
  await add(one, 120);
  await add(two, 90);
  expect(await fetch()).toBe(120);
});

it('keeps the newest two checkpoints, by their step as a number, and deletes the others', async () => {
  const checkpoints = attemptOf(1);
  for (const step of [900, 1000, 1100]) await add(checkpoints, step);
  expect(await countObjects()).toBe(4);
  expect(await fetch()).toBe(1100);
  await checkpoints.clear();
  expect(await countObjects()).toBe(0);
  expect(await fetch()).toBeUndefined();
});

it('fetches the checkpoint before if a file of the newest is lost or corrupt', async () => {
  const checkpoints = attemptOf(1);
  const [first, second] = [await add(checkpoints, 1), await add(checkpoints, 2)];
  await appendFile(fileURLToPath(second.files[0]?.ref.uri ?? ''), 'more');
  expect(await fetch()).toBe(1);
  await rm(fileURLToPath(first.files[1]?.ref.uri ?? ''));
  expect(await fetch()).toBeUndefined();
});

it('fetches a checkpoint that the pointer does not name yet', async () => {
  const checkpoints = attemptOf(1);
  await add(checkpoints, 1);
  expect(await fetch(attemptOf(2), await put(checkpoints, 2))).toBe(2);
});

it('starts from the beginning if the pointer cannot be read', async () => {
  await temporary.store.swapPointer('checkpoints/training', undefined, new TextEncoder().encode('{"steps":'));
  expect(await fetch()).toBeUndefined();
  await add(attemptOf(1), 7);
  expect(await fetch()).toBe(7);
});
