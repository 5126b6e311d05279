import { spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { makeScratch, sweepScratch } from './scratch.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const cache = temporaryFolder();

/** What names of folders of this machine end with. */
async function placeOf(): Promise<string> {
  const [, , place = ''] = basename(dirname(await makeScratch(cache.path, 'train'))).split('-');
  return place;
}

it('removes the folders of a killed worker and keeps those of running ones', async () => {
  const { pid } = spawnSync('true');
  const place = await placeOf();
  for (const owner of [`${pid}-1-${place}`, `${process.ppid}-1-${place}`])
    await mkdir(cache.join('scratch', owner, 'train-x'), { recursive: true });
  const scratch = await makeScratch(cache.path, 'train');
  await sweepScratch(cache.path);
  const ownFolder = basename(dirname(scratch));
  expect((await readdir(cache.join('scratch'))).sort()).toEqual([ownFolder, `${process.ppid}-1-${place}`].sort());
  expect(await readdir(scratch)).toEqual([]);
});

it('removes the folders of an earlier worker with the same process id, as in a restarted container', async () => {
  const earlier = `${process.pid}-1-${await placeOf()}`;
  await mkdir(cache.join('scratch', earlier, 'train-x'), { recursive: true });
  await sweepScratch(cache.path);
  expect(await readdir(cache.join('scratch'))).not.toContain(earlier);
});

it('keeps the folders of a worker in another container, whose processes it cannot see, until they lie still', async () => {
  const { pid } = spawnSync('true');
  const other = `${pid}-1-0badcafe`;
  await mkdir(cache.join('scratch', other, 'train-x'), { recursive: true });
  await sweepScratch(cache.path, Date.now() + 14 * 60_000);
  expect(await readdir(cache.join('scratch'))).toContain(other);
  await sweepScratch(cache.path, Date.now() + 16 * 60_000);
  expect(await readdir(cache.join('scratch'))).not.toContain(other);
});

it('does nothing before the first run', async () => {
  await expect(sweepScratch(cache.path)).resolves.toBeUndefined();
});
