import { expect, it } from 'vitest';
import { temporaryStore } from '../artifacts/temporary-store.fixture.ts';
import type { ArtifactRef } from '../contracts/artifact.ts';
import { listModels } from './list-models.ts';
import { currentRelease, promote } from './promote.ts';
import { readRegistry } from './registry.ts';
import { releaseRecordOf } from './release-record.fixture.ts';
import { rollBack } from './roll-back.ts';

const temporary = temporaryStore();

const put = (sha256: string, expected?: number) =>
  promote(temporary.store, 'handbook', releaseRecordOf(sha256), {
    reason: 'better',
    requestId: sha256,
    expected,
  });
const back = (request: { to?: number; expected?: number } = {}, requestId = 'request') =>
  rollBack(
    temporary.store,
    { name: 'handbook', by: 'anna', reason: 'part numbers are not found', ...request },
    requestId,
  );
const versions = async () => (await listModels(temporary.store, 'handbook'))[0]?.versions.map(({ version }) => version);
const currentVersion = async () => (await currentRelease(temporary.store, 'handbook'))?.version;

it('numbers the versions of a name from 1 and keeps earlier versions', async () => {
  expect(await currentRelease(temporary.store, 'handbook')).toBeUndefined();
  expect(await put('a')).toEqual({ version: 1, promoted: true, conflict: false });
  expect(await put('b')).toEqual({ version: 2, promoted: true, conflict: false });
  expect(await currentRelease(temporary.store, 'handbook')).toMatchObject({ version: 2, workflowId: 'run-b' });
  expect(await versions()).toEqual([2, 1]);
});

it('changes nothing when the current model is promoted again', async () => {
  await put('a');
  expect(await put('a')).toEqual({ version: 1, promoted: false, conflict: false });
});

it('gives each of many racing promotions a version of its own', async () => {
  const promotions = await Promise.all(Array.from({ length: 8 }, (_, i) => put(`m${i}`)));
  expect(promotions.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await versions()).toHaveLength(8);
});

it('of many promotions that expect the same version, exactly one succeeds', async () => {
  await put('a');
  const promotions = await Promise.all(Array.from({ length: 8 }, (_, i) => put(`m${i}`, 1)));
  expect(promotions.filter(({ promoted }) => promoted)).toHaveLength(1);
  expect(promotions.filter(({ conflict }) => conflict)).toHaveLength(7);
  expect(await currentVersion()).toBe(2);
});

it('rolls back to the previous version and records who did it and why', async () => {
  for (const sha of ['a', 'b', 'c']) await put(sha);
  expect(await back()).toMatchObject({ from: 3, to: 2, modelUri: 'file:///published/b' });
  expect(await currentVersion()).toBe(2);
  const [model] = await listModels(temporary.store, 'handbook');
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

it('skips versions that were rolled back before, and goes to any version that is named', async () => {
  for (const sha of ['a', 'b']) await put(sha);
  await back({}, '1');
  await put('c');
  expect(await back({}, '2')).toMatchObject({ from: 3, to: 1 });
  expect(await back({ to: 3 }, '3')).toMatchObject({ from: 1, to: 3 });
  const [model] = await listModels(temporary.store, 'handbook');
  expect(model?.versions.map(({ rolledBack }) => rolledBack)).toEqual([false, true, false]);
});

it('promotes once if a request is repeated, even after a later promotion', async () => {
  await put('a');
  await put('b');
  expect(await put('a')).toEqual({ version: 1, promoted: false, conflict: false });
  expect(await currentVersion()).toBe(2);
});

it('rolls back once if a request is repeated', async () => {
  for (const sha of ['a', 'b', 'c']) await put(sha);
  const once = await back({}, 'same');
  expect(await back({}, 'same')).toEqual(once);
  expect(await currentVersion()).toBe(2);
  await put('d');
  expect(await back({}, 'same')).toEqual(once);
  expect(await currentVersion()).toBe(4);
});

it.each([
  ['an unknown name', () => rollBack(temporary.store, { name: 'nobody' }, 'x'), /Nothing is published/],
  ['an unknown version', () => back({ to: 9 }), /no handbook v9/],
  ['the current version', () => back({ to: 2 }), /v2 is the current version already/],
  ['a name that somebody else changed', () => back({ expected: 1 }), /it is v2 now. Nothing was rolled back/],
])('refuses to roll back %s', async (_, attempt, message) => {
  for (const sha of ['a', 'b']) await put(sha);
  await expect(attempt()).rejects.toThrow(message);
  expect(await currentVersion()).toBe(2);
});

it('refuses to roll back the first version', async () => {
  await put('a');
  await expect(back()).rejects.toThrow('no version of handbook before v1');
});

it('of two racing rollbacks, one succeeds and the other is refused', async () => {
  for (const sha of ['a', 'b', 'c']) await put(sha);
  const both = await Promise.allSettled([back({ to: 1, expected: 3 }, '1'), back({ to: 2, expected: 3 }, '2')]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('lists every name with its current version', async () => {
  await put('a');
  await put('b');
  await promote(temporary.store, 'wiki', releaseRecordOf('w'), { reason: 'better', requestId: 'w' });
  expect(
    (await listModels(temporary.store)).map(({ name, current, versions: all }) => [name, current, all.length]),
  ).toEqual([
    ['handbook', 2, 1],
    ['wiki', 1, 1],
  ]);
  await expect(listModels(temporary.store, 'nobody')).rejects.toThrow('Nothing is published under the name nobody');
});

it('lists a name whose entry or record cannot be read with the reason, beside the others', async () => {
  const { store } = temporary;
  await put('a');
  await promote(store, 'broken', releaseRecordOf('b'), { reason: 'better', requestId: 'b' });
  const pointer = await store.readPointer('models/broken');
  await store.swapPointer('models/broken', pointer?.version, new TextEncoder().encode('{"current":"1"}'));
  const lost = await promote(store, 'lost', releaseRecordOf('c'), { reason: 'better', requestId: 'c' });
  const record = (await readRegistry(store, 'lost'))?.registry.versions[0]?.record;
  await store.removeObject(record as ArtifactRef);

  expect(lost.version).toBe(1);
  const listed = await listModels(store);
  expect(listed.map(({ name }) => name)).toEqual(['broken', 'handbook', 'lost']);
  expect(listed[0]).toMatchObject({ current: 0, versions: [], unreadable: /holds of broken is corrupt/ });
  expect(listed[1]).toMatchObject({ current: 1, versions: [{ version: 1 }] });
  expect(listed[1]?.unreadable).toBeUndefined();
  expect(listed[2]).toMatchObject({ current: 1, versions: [], unreadable: /./ });
});
