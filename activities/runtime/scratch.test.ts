import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeScratch, sweepScratch } from './scratch.ts';

let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'hone-scratch-'));
});
afterEach(() => rm(cache, { recursive: true }));

it('removes what a killed worker left, and nothing of a living one', async () => {
  const { pid } = spawnSync('true');
  for (const owner of [`${pid}-1`, `${process.ppid}-1`]) {
    await mkdir(join(cache, 'scratch', owner, 'train-x'), { recursive: true });
  }
  const mine = await makeScratch(cache, 'train');
  await sweepScratch(cache);
  const own = basename(dirname(mine));
  expect((await readdir(join(cache, 'scratch'))).sort()).toEqual([own, `${process.ppid}-1`].sort());
  expect(await readdir(mine)).toEqual([]);
});

it('removes what a worker left that had the same process id, as the first process of every container has', async () => {
  await mkdir(join(cache, 'scratch', `${process.pid}-1`, 'train-x'), { recursive: true });
  await sweepScratch(cache);
  expect(await readdir(join(cache, 'scratch'))).toEqual([]);
});

it('has nothing to do before the first run', async () => {
  await expect(sweepScratch(cache)).resolves.toBeUndefined();
});
