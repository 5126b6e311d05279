import { spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { makeScratch, sweepScratch } from './scratch.ts';

const cache = temporaryFolder();

it('removes the folders of a killed worker and keeps those of running ones', async () => {
  const { pid } = spawnSync('true');
  for (const owner of [`${pid}-1`, `${process.ppid}-1`]) {
    await mkdir(cache.join('scratch', owner, 'train-x'), { recursive: true });
  }
  const scratch = await makeScratch(cache.path, 'train');
  await sweepScratch(cache.path);
  const ownFolder = basename(dirname(scratch));
  expect((await readdir(cache.join('scratch'))).sort()).toEqual([ownFolder, `${process.ppid}-1`].sort());
  expect(await readdir(scratch)).toEqual([]);
});

it('removes the folders of an earlier worker with the same process id, as in a restarted container', async () => {
  await mkdir(cache.join('scratch', `${process.pid}-1`, 'train-x'), { recursive: true });
  await sweepScratch(cache.path);
  expect(await readdir(cache.join('scratch'))).toEqual([]);
});

it('does nothing before the first run', async () => {
  await expect(sweepScratch(cache.path)).resolves.toBeUndefined();
});
