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
import { isAlive } from '../core/primitives/scratch.ts';

/** Content of `.hone/temporal.json`: the server that has the database open. */
export const ServerState = z.object({
  pid: z.number().int().positive(),
  address: z.string(),
  uiUrl: z.string(),
  started: z.iso.datetime(),
  /** Named pipe that every process using the server holds open. When the last has closed it, the server stops. */
  pipe: z.string(),
});
export type ServerState = z.infer<typeof ServerState>;

const stateFile = (directory: string) => join(directory, 'temporal.json');

/** @returns undefined if there is no state file or it is invalid. */
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

/** Creates a named pipe, in the temporary folder because shared folders (Docker Desktop, NFS) often support none. */
export async function createPipe(): Promise<string> {
  const pipe = join(await mkdtemp(join(tmpdir(), 'hone-temporal-')), 'users');
  await promisify(execFile)('mkfifo', ['-m', '600', pipe]);
  return pipe;
}

/**
 * Holds the pipe open, which counts this process among the server's users. The kernel keeps the count, so it stays
 * right however a process dies.
 * @param first whether this process starts the server, so that nobody holds the pipe yet.
 * @returns undefined if nobody holds the pipe any more, that is, if the server is gone.
 */
export function holdPipe(pipe: string, first = false): { release(): void } | undefined {
  try {
    const handle = openSync(pipe, (first ? constants.O_RDWR : constants.O_WRONLY) | constants.O_NONBLOCK);
    return { release: () => closeSync(handle) };
  } catch {
    return undefined;
  }
}

/**
 * Runs `work` under a lock of the directory. The lock of a process that has died is removed.
 * @throws Fault `unavailable` if another process holds the lock for longer than `waitMs`.
 */
export async function withLock<T>(directory: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const lock = join(directory, 'temporal.lock');
  const own = `${lock}.${process.pid}.${randomUUID()}`;
  const deadline = performance.now() + waitMs;
  await writeFile(own, String(process.pid));
  try {
    // Invariant: a lock always names its holder. A link appears with its content; a new file would be empty at first.
    while (!(await linked(own, lock))) {
      const holder = await readFile(lock, 'utf8').catch(() => undefined);
      if (holder !== undefined && !isAlive(Number(holder))) await removeStaleLock(lock, holder);
      else if (performance.now() > deadline) {
        throw new Fault(
          'unavailable',
          `Process ${holder ?? '(unknown)'} has held the lock ${lock} for ${waitMs / 1000} s.`,
          'Wait until it has started or stopped Temporal; if it does neither, delete the lock file.',
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

/** Removes the lock of a dead process; puts it back if a live process had replaced it in the meantime. */
async function removeStaleLock(lock: string, holder: string): Promise<void> {
  const away = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, away);
    if ((await readFile(away, 'utf8')) !== holder) await link(away, lock);
  } catch {
    // Another process has removed it; the caller tries again.
  } finally {
    await rm(away, { force: true });
  }
}
