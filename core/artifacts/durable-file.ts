import { randomUUID } from 'node:crypto';
import { constants, copyFile, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes bytes to a new file in `folder` and flushes it to the disk. Returns its path. */
export async function stageBytes(folder: string, bytes: Uint8Array): Promise<string> {
  return stage(folder, async (file) => {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/**
 * Copies a file to a new file in `folder` and flushes it to the disk. Shares blocks (reflink) where the file system
 * can. Returns the path of the copy.
 */
export async function stageCopy(folder: string, source: string): Promise<string> {
  return stage(folder, async (file) => {
    await copyFile(source, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const handle = await open(file, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

async function stage(folder: string, write: (file: string) => Promise<void>): Promise<string> {
  const file = join(folder, randomUUID());
  try {
    await write(file);
  } catch (error) {
    await unlink(file).catch(() => {});
    throw error;
  }
  return file;
}

/** Flushes a folder. Invariant: a new name in a folder survives a crash only after this. */
export async function fsyncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Files below `root` whose key (`/`-separated path) starts with `prefix`, in lexical order of the keys. */
export async function* listFiles(root: string, prefix: string): AsyncGenerator<{ key: string; bytes: number }> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  // A folder is sorted as `name/`, which is how the keys in it begin.
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  for (const name of names) {
    const key = folder + name;
    if (!key.startsWith(prefix)) continue;
    if (name.endsWith('/')) yield* listFiles(root, key);
    else {
      const found = await stat(join(root, key)).catch(() => undefined);
      if (found) yield { key, bytes: found.size };
    }
  }
}
