import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch, sweepScratch } from './scratch.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'hone-scratch-'));
});
afterEach(() => rm(cache, { recursive: true }));

it('removes what a killed worker left, and nothing of a living one', async () => {
  const { pid } = spawnSync('true');
  await mkdir(join(cache, 'scratch', String(pid), 'train-x'), { recursive: true });
  const mine = await makeScratch(cache, 'train');
  await sweepScratch(cache);
  expect(await readdir(join(cache, 'scratch'))).toEqual([String(process.pid)]);
  expect(await readdir(mine)).toEqual([]);
});

it('has nothing to do before the first run', async () => {
  await expect(sweepScratch(cache)).resolves.toBeUndefined();
});
