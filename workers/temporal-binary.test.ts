import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTemporal, type Source } from './temporal-binary.ts';

let folder: string;
let asked: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-binary-'));
  asked = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function executable(path: string): Promise<string> {
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

const source = (name: string, fetch: Source['fetch']): Source => ({
  name,
  fetch(into) {
    asked.push(name);
    return fetch(into);
  },
});
const working = source('mirror', (into) => executable(join(into, 'temporal')));
const failing = source('official', async () => Promise.reject(new Error('connection refused')));

test('the binary that TEMPORAL_CLI_PATH names comes before all others', async () => {
  const named = await executable(join(folder, 'mine'));
  await mkdir(join(folder, 'bin'));
  await executable(join(folder, 'bin', 'temporal'));
  const env = { TEMPORAL_CLI_PATH: named, PATH: join(folder, 'bin') };
  expect(await findTemporal({ cache: folder, env, sources: [working] })).toBe(named);
  expect(await findTemporal({ cache: folder, env: { PATH: env.PATH }, sources: [working] })).toBe(
    join(folder, 'bin', 'temporal'),
  );
  expect(asked).toEqual([]);
});

test('a TEMPORAL_CLI_PATH that names nothing is a fault, not passed over', async () => {
  const env = { TEMPORAL_CLI_PATH: join(folder, 'nothing') };
  await expect(findTemporal({ cache: folder, env, sources: [working] })).rejects.toMatchObject({ kind: 'config' });
});

test('what had to be fetched is fetched once, from the first source that has it', async () => {
  const options = { cache: folder, env: { PATH: '' }, sources: [failing, working] };
  const fetched = await findTemporal(options);
  expect(await findTemporal(options)).toBe(fetched);
  expect(asked).toEqual(['official', 'mirror']);
  expect(await readdir(join(folder, 'temporal'))).toHaveLength(1);
});

test('where nothing can be fetched, every attempt is named with its reason', async () => {
  const options = { cache: folder, env: { PATH: '' }, sources: [failing, { ...failing, name: 'package' }] };
  await expect(findTemporal(options)).rejects.toMatchObject({
    kind: 'unavailable',
    details: ['official: connection refused', 'package: connection refused'],
    advice: expect.stringContaining('TEMPORAL_ADDRESS'),
  });
  expect(await readdir(join(folder, 'temporal'))).toEqual([]);
});
