import { randomUUID } from 'node:crypto';
import { constants, copyFile, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes in a new file that the disk has acknowledged; its path. */
export async function stage(folder: string, bytes: Uint8Array): Promise<string> {
  return staged(folder, async (file) => {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** A durable copy of a file, sharing blocks where the file system can; its path. */
export async function copyStaged(folder: string, source: string): Promise<string> {
  return staged(folder, async (file) => {
    await copyFile(source, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const handle = await open(file, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

async function staged(folder: string, write: (file: string) => Promise<void>): Promise<string> {
  const file = join(folder, randomUUID());
  try {
    await write(file);
  } catch (error) {
    await unlink(file).catch(() => {});
    throw error;
  }
  return file;
}

/** A new name in a folder is only durable once the folder itself is. */
export async function fsyncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Files below `prefix` as keys relative to `root`, in lexical order. */
export async function* listFiles(root: string, prefix: string): AsyncGenerator<{ key: string; bytes: number }> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  // A folder sorts as its contents do, by `name/`.
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
