import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** With its moment of birth, as a container gives the next worker the number of the one that was killed. */
const OWNER = `${process.pid}-${Math.round(performance.timeOrigin)}`;

/** A new folder for one attempt, under the process it belongs to, so that what a killed worker left can be told apart. */
export async function makeScratch(cache: string, stage: string): Promise<string> {
  const mine = join(cache, 'scratch', OWNER);
  await mkdir(mine, { recursive: true });
  return mkdtemp(join(mine, `${stage}-`));
}

/** Removes the scratch folders of workers that are no more. */
export async function sweepScratch(cache: string): Promise<void> {
  const scratch = join(cache, 'scratch');
  const owners = await readdir(scratch).catch(() => []);
  for (const owner of owners) {
    const pid = Number(owner.split('-')[0]);
    const isLeft = pid === process.pid ? owner !== OWNER : !isAlive(pid);
    if (isLeft) await rm(join(scratch, owner), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
