import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFilesystemStore } from '../artifacts/filesystem.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Comparison } from '../contracts/evaluation.ts';
import type { ReleaseRecord } from '../contracts/release.ts';
import { gateRefusal } from './gate.ts';
import { listModels } from './list-models.ts';
import { currentRelease, promote } from './promote.ts';
import { rollBack } from './roll-back.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-release-'));
  store = await openFilesystemStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const estimate = { value: 0.1, low: 0.05, high: 0.15 };
const artifact = { uri: 'file:///x', sha256: '0'.repeat(64), bytes: 1 };
const candidate = (sha256: string): ReleaseRecord => ({
  model: { files: [], sha256 },
  modelUri: `file:///published/${sha256}`,
  workflowId: `run-${sha256}`,
  base: 'tiny',
  metric: 'hit@5',
  score: { value: 0.8, low: 0.7, high: 0.9 },
  gain: estimate,
  comparedWith: 'base',
  train: artifact,
  validation: artifact,
});
const put = (sha256: string, expected?: number) =>
  promote(store, 'handbook', candidate(sha256), {
    reason: 'better',
    requestId: sha256,
    ...(expected === undefined ? {} : { expected }),
  });
const back = (request: { to?: number; expected?: number } = {}, id = 'asked-once') =>
  rollBack(store, { name: 'handbook', by: 'anna', reason: 'part numbers are not found', ...request }, id);
const versions = async () => (await listModels(store, 'handbook'))[0]?.versions.map(({ version }) => version);
const standsFor = async () => (await currentRelease(store, 'handbook'))?.version;

it('numbers the models of a name from 1 and keeps the versions before', async () => {
  expect(await currentRelease(store, 'handbook')).toBeUndefined();
  expect(await put('a')).toEqual({ version: 1, moved: true, conflict: false });
  expect(await put('b')).toEqual({ version: 2, moved: true, conflict: false });
  expect(await currentRelease(store, 'handbook')).toMatchObject({ version: 2, workflowId: 'run-b' });
  expect(await versions()).toEqual([2, 1]);
});

it('events nothing when the same model is promoted again', async () => {
  await put('a');
  expect(await put('a')).toEqual({ version: 1, moved: false, conflict: false });
});

it('gives each of many racing promotions a version of its own', async () => {
  const promotions = await Promise.all(Array.from({ length: 8 }, (_, i) => put(`m${i}`)));
  expect(promotions.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await versions()).toHaveLength(8);
});

it('lets exactly one win of many that compared themselves with the same version', async () => {
  await put('a');
  const promotions = await Promise.all(Array.from({ length: 8 }, (_, i) => put(`m${i}`, 1)));
  expect(promotions.filter(({ moved }) => moved)).toHaveLength(1);
  expect(promotions.filter(({ conflict }) => conflict)).toHaveLength(7);
  expect(await standsFor()).toBe(2);
});

it('rolls back to the version before, and says who did it and why', async () => {
  for (const sha of ['a', 'b', 'c']) await put(sha);
  expect(await back()).toMatchObject({ from: 3, to: 2, modelUri: 'file:///published/b' });
  expect(await standsFor()).toBe(2);
  const [model] = await listModels(store, 'handbook');
  expect(model?.events[0]).toMatchObject({
    kind: 'rollback',
    from: 3,
    to: 2,
    by: 'anna',
    reason: 'part numbers are not found',
  });
  expect(model?.versions.map(({ current, rolledBack }) => [current, rolledBack])).toEqual([
    [false, true],
    [true, false],
    [false, false],
  ]);
});

it('goes past versions that were rolled back before, and back to any that is named', async () => {
  for (const sha of ['a', 'b']) await put(sha);
  await back({}, '1');
  await put('c');
  expect(await back({}, '2')).toMatchObject({ from: 3, to: 1 });
  expect(await back({ to: 3 }, '3')).toMatchObject({ from: 1, to: 3 });
  const [model] = await listModels(store, 'handbook');
  expect(model?.versions.map(({ rolledBack }) => rolledBack)).toEqual([false, true, false]);
});

it('promotes once, however often the same request is repeated, and whatever was promoted after it', async () => {
  await put('a');
  await put('b');
  expect(await put('a')).toEqual({ version: 1, moved: false, conflict: false });
  expect(await standsFor()).toBe(2);
});

it('rolls back once, however often the same request is repeated', async () => {
  for (const sha of ['a', 'b', 'c']) await put(sha);
  const once = await back({}, 'same');
  expect(await back({}, 'same')).toEqual(once);
  expect(await standsFor()).toBe(2);
  await put('d');
  expect(await back({}, 'same')).toEqual(once);
  expect(await standsFor()).toBe(4);
});

it.each([
  ['a name that is not there', () => rollBack(store, { name: 'nobody' }, 'x'), /Nothing is published/],
  ['a version that is not there', () => back({ to: 9 }), /no handbook v9/],
  ['the version it stands for', () => back({ to: 2 }), /stands for v2 already/],
  ['a name that somebody else moved', () => back({ expected: 1 }), /stands for v2 now. Nothing was changed/],
])('refuses to roll back %s', async (_, attempt, says) => {
  for (const sha of ['a', 'b']) await put(sha);
  await expect(attempt()).rejects.toThrow(says);
  expect(await standsFor()).toBe(2);
});

it('refuses to roll back where there is nothing before', async () => {
  await put('a');
  await expect(back()).rejects.toThrow('no version of handbook before v1');
});

it('lets one of two racing rollbacks win, and tells the other', async () => {
  for (const sha of ['a', 'b', 'c']) await put(sha);
  const both = await Promise.allSettled([back({ to: 1, expected: 3 }, '1'), back({ to: 2, expected: 3 }, '2')]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('lists every name with the version it stands for', async () => {
  await put('a');
  await put('b');
  await promote(store, 'wiki', candidate('w'), { reason: 'better', requestId: 'w' });
  expect((await listModels(store)).map(({ name, current, versions: all }) => [name, current, all.length])).toEqual([
    ['handbook', 2, 1],
    ['wiki', 1, 1],
  ]);
  await expect(listModels(store, 'nobody')).rejects.toThrow('Nothing is published under the name nobody');
});

const gain = (value: number, low: number, high: number): Comparison => ({
  metric: 'hit@5',
  difference: { value, low, high },
});

it('refuses a worse model, and with the gate "better" one that may only be lucky', () => {
  expect(gateRefusal('not-worse', gain(-0.01, -0.05, 0.03))).toContain('worse than base by 1.0 points');
  expect(gateRefusal('not-worse', gain(0, -0.02, 0.02))).toBeUndefined();
  expect(gateRefusal('better', gain(0.02, -0.01, 0.05))).toContain('not surely better');
  expect(gateRefusal('better', gain(0.02, 0.01, 0.05))).toBeUndefined();
  expect(gateRefusal('none', gain(-0.5, -0.6, -0.4))).toBeUndefined();
});
