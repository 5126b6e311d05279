import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync } from 'node:fs';
import { link, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Fault } from '../core/contracts/fault.ts';

/** What `.hone/temporal.json` says of the server that has the database open. */
export const ServerState = z.object({
  pid: z.number().int().positive(),
  address: z.string(),
  uiUrl: z.string(),
  started: z.iso.datetime(),
  /** Named pipe that every user of the server holds open; the server ends when the last one is gone. */
  pipe: z.string(),
});
export type ServerState = z.infer<typeof ServerState>;

const stateFile = (directory: string) => join(directory, 'temporal.json');

/** Undefined where there is none or none that can be read. */
export async function readState(directory: string): Promise<ServerState | undefined> {
  try {
    return ServerState.parse(JSON.parse(await readFile(stateFile(directory), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeState(directory: string, state: ServerState): Promise<void> {
  const draft = `${stateFile(directory)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`);
  await rename(draft, stateFile(directory));
}

export async function clearState(directory: string, pid: number): Promise<void> {
  if ((await readState(directory))?.pid === pid) await rm(stateFile(directory), { force: true });
}

/** A pipe of our own, outside the directory because shared folders (Docker Desktop, NFS) often cannot hold one. */
export async function createPipe(): Promise<string> {
  const pipe = join(await mkdtemp(join(tmpdir(), 'hone-temporal-')), 'users');
  await promisify(execFile)('mkfifo', ['-m', '600', pipe]);
  return pipe;
}

/**
 * Counts this process among the server's users until it closes the handle or dies, however it dies: the kernel keeps
 * the count. Undefined if nobody holds the pipe any more, which is to say that the server is gone.
 */
export function holdPipe(pipe: string, first = false): { release(): void } | undefined {
  try {
    const handle = openSync(pipe, (first ? constants.O_RDWR : constants.O_WRONLY) | constants.O_NONBLOCK);
    return { release: () => closeSync(handle) };
  } catch {
    return undefined;
  }
}

/** Runs `work` while no other process does under the same directory; a lock whose process died is taken over. */
export async function alone<T>(directory: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const lock = join(directory, 'temporal.lock');
  const own = `${lock}.${process.pid}.${randomUUID()}`;
  const giveUp = Date.now() + waitMs;
  await writeFile(own, String(process.pid));
  try {
    // A link appears with its content, so a lock always names its holder.
    while (!(await linked(own, lock))) {
      const holder = await readFile(lock, 'utf8').catch(() => undefined);
      if (holder !== undefined && !isAlive(Number(holder))) await evict(lock, holder);
      else if (Date.now() > giveUp) {
        throw new Fault(
          'unavailable',
          `Process ${holder ?? '(unknown)'} has been starting Temporal in ${directory} for ${waitMs / 1000} s.`,
          `Wait for it; if it is something else by now, delete ${lock}.`,
        );
      } else await sleep(50);
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function linked(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead holder's lock away; puts it back if, meanwhile, it had become a living one's. */
async function evict(lock: string, holder: string): Promise<void> {
  const away = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, away);
    if ((await readFile(away, 'utf8')) !== holder) await link(away, lock);
  } catch {
    // Somebody else was quicker; the next look at the lock decides.
  } finally {
    await rm(away, { force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
