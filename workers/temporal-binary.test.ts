import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../core/primitives/temporary-folder.fixture.ts';
import { findTemporal, type Source } from './temporal-binary.ts';

const folder = temporaryFolder();
let fetchedFrom: string[];
beforeEach(() => {
  fetchedFrom = [];
});

async function executable(path: string): Promise<string> {
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

const source = (name: string, fetch: Source['fetch']): Source => ({
  name,
  fetch(into) {
    fetchedFrom.push(name);
    return fetch(into);
  },
});
const working = source('mirror', (into) => executable(join(into, 'temporal')));
const failing = source('official', async () => Promise.reject(new Error('connection refused')));

test('prefers the binary that TEMPORAL_CLI_PATH names, then the one on the PATH', async () => {
  const configured = await executable(folder.join('mine'));
  await mkdir(folder.join('bin'));
  await executable(folder.join('bin', 'temporal'));
  const cache = folder.path;
  const env = { TEMPORAL_CLI_PATH: configured, PATH: folder.join('bin') };
  expect(await findTemporal({ cache, env, sources: [working] })).toBe(configured);
  expect(await findTemporal({ cache, env: { PATH: env.PATH }, sources: [working] })).toBe(
    folder.join('bin', 'temporal'),
  );
  expect(fetchedFrom).toEqual([]);
});

test('throws if TEMPORAL_CLI_PATH does not name a file, instead of trying the next place', async () => {
  const env = { TEMPORAL_CLI_PATH: folder.join('nothing') };
  await expect(findTemporal({ cache: folder.path, env, sources: [working] })).rejects.toMatchObject({ kind: 'config' });
});

test('fetches the binary once, from the first source that works', async () => {
  const options = { cache: folder.path, env: { PATH: '' }, sources: [failing, working] };
  const fetched = await findTemporal(options);
  expect(await findTemporal(options)).toBe(fetched);
  expect(fetchedFrom).toEqual(['official', 'mirror']);
  expect(await readdir(folder.join('temporal'))).toHaveLength(1);
});

test('lists the error of every source if none works', async () => {
  const options = { cache: folder.path, env: { PATH: '' }, sources: [failing, { ...failing, name: 'package' }] };
  await expect(findTemporal(options)).rejects.toMatchObject({
    kind: 'unavailable',
    details: ['official: connection refused', 'package: connection refused'],
    advice: expect.stringContaining('TEMPORAL_ADDRESS'),
  });
  expect(await readdir(folder.join('temporal'))).toEqual([]);
});
