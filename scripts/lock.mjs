import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Runs `work` while holding a lock file. A lock whose process has ended is taken over.
 * Plain JavaScript for Node 18 and later without dependencies, as it runs before anything is installed.
 * @param onWait called once, with the process id of the holder, if the lock has to be waited for.
 */
export async function withLock(lock, onWait, work) {
  const own = `${lock}.${process.pid}`;
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(own, String(process.pid));
  let reported = false;
  try {
    while (!linked(own, lock)) {
      const holder = holderOf(lock);
      if (holder !== undefined && !isAlive(holder)) rmSync(lock, { force: true });
      else {
        if (!reported) onWait(holder);
        reported = true;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    try {
      return await work();
    } finally {
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A hard link appears together with its content, so a lock file always names its holder. */
function linked(own, lock) {
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function holderOf(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
