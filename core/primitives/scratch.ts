import { readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { sha256 } from './hash.ts';

/**
 * Where process ids mean the same processes: a machine, or a container on it. Two containers may share the folder, and
 * neither can see whether a process of the other runs.
 */
export const PLACE = sha256(`${hostname()} ${pidNamespace()}`).slice(0, 8);

/** This process. Its start time is part of the name, as every worker in a container may have the same process id. */
const OWNER = `${process.pid}-${Math.round(performance.timeOrigin)}-${PLACE}`;

/** A running process touches its folder this often. */
const TOUCH_EVERY_MS = 60_000;
/** The folder of a process elsewhere that has not been touched for so long is left over. */
const LEFT_OVER_AFTER_MS = 15 * 60_000;

/** Folders of this process that are touched. */
const touched = new Set<string>();

/**
 * Makes a folder for one attempt. Its parent names this process, so that `sweepScratch` finds what a killed worker
 * left.
 */
export async function makeScratch(cache: string, stage: string): Promise<string> {
  const ownFolder = join(cache, 'scratch', OWNER);
  await mkdir(ownFolder, { recursive: true });
  if (touched.size === 0) setInterval(touch, TOUCH_EVERY_MS).unref();
  touched.add(ownFolder);
  return mkdtemp(join(ownFolder, `${stage}-`));
}

function touch(): void {
  const now = new Date();
  for (const folder of touched) utimes(folder, now, now).catch(() => {});
}

/** Removes the scratch folders of workers that do not run any more. */
export async function sweepScratch(cache: string, now = Date.now()): Promise<void> {
  const scratch = join(cache, 'scratch');
  const owners = await readdir(scratch).catch(() => []);
  for (const owner of owners)
    if (await isLeftOver(join(scratch, owner), owner, now))
      await rm(join(scratch, owner), { recursive: true, force: true });
}

async function isLeftOver(folder: string, owner: string, now: number): Promise<boolean> {
  const [pid = '', , place] = owner.split('-');
  if (place !== PLACE) {
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: now }));
    return now - mtimeMs > LEFT_OVER_AFTER_MS;
  }
  return Number(pid) === process.pid ? owner !== OWNER : !isAlive(Number(pid));
}

/** Whether a process of this place runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Which processes this one can see; '' where systems have no such namespaces. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
