import { randomUUID } from 'node:crypto';
import { chmod, constants, copyFile, link, mkdir, open, readdir, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ListedEntry } from '../contracts/artifact-store.ts';

/** A copy has the mode of its source, which may be read-only. */
export const WRITABLE = 0o644;
const READ_ONLY = 0o444;

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
  return stage(folder, (file) => copyTo(file, source));
}

/** Smaller files are copied: people edit them, and an edit in place would change the object as well. */
const LINKED_BYTES = 1 << 20;

/**
 * A second name in `folder` for a large file, so that its bytes are stored once; a copy of a small one, or where the
 * file system cannot link. Returns its path. What is linked becomes read-only, since all names share the bytes.
 */
export async function stageLink(folder: string, source: string): Promise<string> {
  if ((await stat(source)).size < LINKED_BYTES) return stageCopy(folder, source);
  return stage(folder, async (file) => {
    try {
      await link(source, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
      return copyTo(file, source);
    }
    // Not if the file belongs to another user.
    await chmod(file, READ_ONLY).catch(() => {});
  });
}

async function copyTo(file: string, source: string): Promise<void> {
  await copyFile(source, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(file, WRITABLE);
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the folder first: a collector that removes a file left in it removes the folder as well if it is empty. */
async function stage(folder: string, write: (file: string) => Promise<void>): Promise<string> {
  const file = join(folder, randomUUID());
  return inItsFolder(file, async () => {
    try {
      await write(file);
    } catch (error) {
      await unlink(file).catch(() => {});
      throw error;
    }
    return file;
  });
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

/** More than the collectors that can remove an empty folder in the moment before a file is put into it. */
const FOLDER_ATTEMPTS = 10;

/** Makes the folder of a file, then does `work`; once more if the folder was empty and a collector removed it. */
export async function inItsFolder<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(file), { recursive: true });
    try {
      return await work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === FOLDER_ATTEMPTS) throw error;
    }
  }
}

/** Removes a file below `root` and the folders that are empty then. A missing file is not an error. */
export async function removeFile(root: string, file: string): Promise<void> {
  await unlink(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  for (let folder = dirname(file); folder.startsWith(join(root, '/')); folder = dirname(folder)) {
    const isEmpty = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isEmpty) return;
  }
}

/** Files below `root` whose key (`/`-separated path) starts with `prefix`, in lexical order of the keys. */
export async function* listFiles(root: string, prefix: string): AsyncGenerator<ListedEntry> {
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
      if (found) yield { key, bytes: found.size, writtenAt: found.mtime };
    }
  }
}
