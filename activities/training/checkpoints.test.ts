import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFilesystemStore } from '../../core/artifacts/filesystem.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { StoredCheckpoints, Superseded } from '../../core/training/checkpoints/stored-checkpoints.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-checkpoints-'));
  store = await openFilesystemStore(join(folder, 'store'));
});
afterEach(() => rm(folder, { recursive: true }));

const attempt = (number: number, run = 'run') => new StoredCheckpoints(store, 'training', { run, attempt: number });

async function put(checkpoints: StoredCheckpoints, step: number) {
  const local = join(folder, randomUUID());
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
const fetch = (checkpoints = attempt(9, 'a reader'), known?: Awaited<ReturnType<typeof put>>) =>
  checkpoints.fetch(join(folder, randomUUID()), known);
const objects = async () =>
  (await readdir(join(folder, 'store', 'objects'), { recursive: true })).filter((name) => name.length > 60).length;

it('an attempt that was given up for dead changes nothing, and is told so', async () => {
  const zombie = attempt(1);
  await zombie.claim();
  await add(zombie, 100);
  const next = attempt(2);
  await next.claim();
  await expect(add(zombie, 110)).rejects.toBeInstanceOf(Superseded);
  await add(next, 105);
  await expect(zombie.claim()).rejects.toBeInstanceOf(Superseded);
  await expect(zombie.clear()).rejects.toBeInstanceOf(Superseded);
  expect(await fetch()).toBe(105);
});

it('of a zombie and its successor that write in the same moment, the zombie loses', async () => {
  const zombie = attempt(1);
  await zombie.claim();
  const next = attempt(2);
  const [late] = await Promise.allSettled([add(zombie, 100), next.claim().then(() => add(next, 50))]);
  const later = await Promise.allSettled([add(zombie, 200)]);
  expect([late.status, later[0].status]).toContain('rejected');
  expect(later[0]).toMatchObject({ status: 'rejected', reason: expect.any(Superseded) });
  expect([50, 100]).toContain(await fetch());
});

it('two runs of the same training share their checkpoints, and neither shuts the other out', async () => {
  const [one, two] = [attempt(3, 'one'), attempt(1, 'two')];
  await Promise.all([one.claim(), two.claim()]);
  await Promise.all([add(one, 100), add(two, 80)]);
  await add(one, 120);
  await add(two, 90);
  expect(await fetch()).toBe(120);
});

it('keeps the newest two, by the number of their step, and deletes the others', async () => {
  const checkpoints = attempt(1);
  for (const step of [900, 1000, 1100]) await add(checkpoints, step);
  expect(await objects()).toBe(4);
  expect(await fetch()).toBe(1100);
  await checkpoints.clear();
  expect(await objects()).toBe(0);
  expect(await fetch()).toBeUndefined();
});

it('goes on from the one before where a part of the newest is lost or rotten', async () => {
  const checkpoints = attempt(1);
  const [first, second] = [await add(checkpoints, 1), await add(checkpoints, 2)];
  await appendFile(fileURLToPath(second.files[0]?.ref.uri as string), 'rot');
  expect(await fetch()).toBe(1);
  await rm(fileURLToPath(first.files[1]?.ref.uri as string));
  expect(await fetch()).toBeUndefined();
});

it('goes on from one that the pointer does not name yet', async () => {
  const checkpoints = attempt(1);
  await add(checkpoints, 1);
  expect(await fetch(attempt(2), await put(checkpoints, 2))).toBe(2);
});

it('starts over where the pointer is not to be read', async () => {
  await store.swapPointer('checkpoints/training', undefined, new TextEncoder().encode('{"steps":'));
  expect(await fetch()).toBeUndefined();
  await add(attempt(1), 7);
  expect(await fetch()).toBe(7);
});
