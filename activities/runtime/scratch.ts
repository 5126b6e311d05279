import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** This process. Its start time is part of the name, as every worker in a container may have the same process id. */
const OWNER = `${process.pid}-${Math.round(performance.timeOrigin)}`;

/**
 * Makes a folder for one attempt. Its parent names this process, so that `sweepScratch` finds what a killed worker
 * left.
 */
export async function makeScratch(cache: string, stage: string): Promise<string> {
  const ownFolder = join(cache, 'scratch', OWNER);
  await mkdir(ownFolder, { recursive: true });
  return mkdtemp(join(ownFolder, `${stage}-`));
}

/** Removes the scratch folders of workers that do not run any more. */
export async function sweepScratch(cache: string): Promise<void> {
  const scratch = join(cache, 'scratch');
  const owners = await readdir(scratch).catch(() => []);
  for (const owner of owners) {
    const pid = Number(owner.split('-')[0]);
    const isLeftOver = pid === process.pid ? owner !== OWNER : !isAlive(pid);
    if (isLeftOver) await rm(join(scratch, owner), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
