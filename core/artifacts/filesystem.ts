import {
  chmod,
  constants,
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  unlink,
  utimes,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import { hashFile, sha256 } from '../primitives/hash.ts';
import {
  fsyncFolder,
  inItsFolder,
  listFiles,
  removeFile,
  stageBytes,
  stageCopy,
  stageLink,
  WRITABLE,
} from './durable-file.ts';
import { readGeneration, swapGeneration } from './generations.ts';
import { keySegments } from './key.ts';

/** More than the collectors that can move one object away between two tries to read it. */
const MAX_READS = 10;

/**
 * An `ArtifactStore` in a folder.
 *
 *     objects/ab/<sha256>   content-addressed bytes
 *     trash/<sha256>/       objects that a collector has found unreferenced, until a later collection
 *     tmp/                  staged writes; files left here by a writer that crashed can be deleted
 *     <key>                 entries; a pointer is a folder of numbered generations
 *
 * Invariant: every write is staged in `tmp/`, flushed, and then named by one atomic `link` (which fails if the name is
 * taken) or `rename`, so that a crash leaves either the whole entry or none of it.
 * @throws Fault `config` if the folder cannot be created or written, `exhausted` if the disk is full.
 */
export async function openFilesystemStore(folder: string): Promise<ArtifactStore> {
  const root = resolve(folder);
  const staging = join(root, 'tmp');
  await withFaults(root, () => mkdir(staging, { recursive: true }));

  const at = (key: string) => join(root, ...keySegments(key));
  const objectFile = (digest: string) => join(root, 'objects', digest.slice(0, 2), digest);
  const trash = (digest: string) => join(root, 'trash', digest);

  /** Moves a staged file to `target` unless that exists. Resolves to whether it was moved. */
  async function publish(staged: string, target: string): Promise<boolean> {
    try {
      await inItsFolder(target, () => link(staged, target));
      await fsyncFolder(dirname(target));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await unlink(staged);
    }
  }

  /** Moves a staged file to `target`, and replaces what was there. */
  async function replace(staged: string, target: string): Promise<void> {
    await inItsFolder(target, () => rename(staged, target));
    await fsyncFolder(dirname(target));
    // A rename does nothing if both names are links to the same file.
    await rm(staged, { force: true });
  }

  /**
   * Does `use` with the file of an object. An object that a collector has moved to the trash meanwhile is put back.
   * @throws Fault `lost` if the object is in neither place.
   */
  async function withObject<T>(ref: ArtifactRef, use: (file: string) => Promise<T>): Promise<T> {
    const file = objectFile(ref.sha256);
    for (let attempt = 1; ; attempt++) {
      try {
        return await use(file);
      } catch (error) {
        // Or it is a folder of the caller that is missing.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === MAX_READS) throw error;
      }
      if (!(await putBack(ref.sha256))) throw lost(ref, 'no longer exists');
    }
  }

  /**
   * Whether an object is in its place, after it was put back from the trash if it was there. It keeps its name in the
   * trash, which a collector removes.
   */
  async function putBack(digest: string): Promise<boolean> {
    const file = objectFile(digest);
    const retired = await readdir(trash(digest)).catch(() => []);
    for (const collection of retired) {
      const from = join(trash(digest), collection);
      await inItsFolder(file, () => link(from, file)).catch(() => {});
      if (await exists(file)) {
        // As new: a collector leaves it alone for a while.
        const now = new Date();
        await utimes(file, now, now).catch(() => {});
        await fsyncFolder(dirname(file));
        return true;
      }
    }
    // Another reader may have put it back since it was missed.
    return exists(file);
  }

  const store: ArtifactStore = {
    uri: pathToFileURL(root).href,

    putObject: (content) =>
      withFaults(root, async () => {
        const digest = content instanceof Uint8Array ? sha256(content) : await hashFile(content.file);
        const target = objectFile(digest);
        // Corrupt bytes are replaced, as whoever stores them again has the right ones.
        if (!(await holds(target, digest))) {
          const staged =
            content instanceof Uint8Array ? await stageBytes(staging, content) : await stageCopy(staging, content.file);
          await replace(staged, target);
        }
        const bytes = content instanceof Uint8Array ? content.length : (await stat(content.file)).size;
        return { uri: pathToFileURL(target).href, sha256: digest, bytes };
      }),

    readObject: (ref) =>
      withFaults(root, async () => {
        const bytes = await withObject(ref, (object) => readFile(object));
        if (sha256(bytes) !== ref.sha256) await discardCorrupt(ref);
        return bytes;
      }),

    fetchObject: (ref, file) =>
      withFaults(root, async () => {
        await mkdir(dirname(file), { recursive: true });
        await withObject(ref, (object) => copyFile(object, file, constants.COPYFILE_FICLONE));
        await chmod(file, WRITABLE);
        if (!(await holds(file, ref.sha256))) {
          await unlink(file);
          await discardCorrupt(ref);
        }
      }),

    hasObject: async ({ sha256: digest, bytes }) => {
      const size = async () => (await stat(objectFile(digest)).catch(() => undefined))?.size;
      return ((await size()) ?? ((await putBack(digest)) ? await size() : undefined)) === bytes;
    },

    removeObject: (ref) => withFaults(root, () => rm(objectFile(ref.sha256), { force: true })),

    retireObject: (digest, collection) =>
      withFaults(root, async () => {
        const file = objectFile(digest);
        const to = join(trash(digest), ...keySegments(collection));
        const now = new Date();
        // The time in the trash counts from now.
        if (
          !(await utimes(file, now, now).then(
            () => true,
            () => false,
          ))
        )
          return;
        await inItsFolder(to, () => rename(file, to)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error;
        });
      }),

    get: (key) =>
      withFaults(root, () =>
        readFile(at(key)).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined;
          throw error;
        }),
      ),

    putIfAbsent: (key, bytes) => withFaults(root, async () => publish(await stageBytes(staging, bytes), at(key))),

    materialise: (ref, key) =>
      withFaults(root, async () => {
        const staged = await withObject(ref, (object) => stageLink(staging, object));
        if (!(await holds(staged, ref.sha256))) {
          await unlink(staged);
          await discardCorrupt(ref);
        }
        await replace(staged, at(key));
      }),

    list: (prefix) => listFiles(root, prefix),

    remove: ({ key }) => withFaults(root, () => removeFile(root, at(key))),

    readPointer: (key) => withFaults(root, () => readGeneration(at(key))),

    swapPointer: (key, expected, bytes) =>
      withFaults(root, async () => {
        const folder = at(key);
        return swapGeneration(folder, expected, async (target) => publish(await stageBytes(staging, bytes), target));
      }),
  };
  return store;

  /** Deletes corrupt bytes, so that the step that produces them can store them again. */
  async function discardCorrupt(ref: ArtifactRef): Promise<never> {
    await unlink(objectFile(ref.sha256)).catch(() => {});
    // No copy in the trash is any better: it is the same file.
    await rm(trash(ref.sha256), { recursive: true, force: true });
    throw lost(ref, 'no longer has the bytes it was stored with');
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/** Whether a file exists and has this hash. */
async function holds(file: string, digest: string): Promise<boolean> {
  return hashFile(file).then(
    (found) => found === digest,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

function lost(ref: ArtifactRef, how: string): Fault {
  return new Fault(
    'lost',
    `The artifact ${ref.uri} ${how}.`,
    'Start the run again: the step that makes it will make it again.',
  );
}

/** Converts errors of the operating system to Faults. */
async function withFaults<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, dest = root } = error as NodeJS.ErrnoException & { dest?: string };
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new Fault(
        'exhausted',
        `The disk that holds ${dest} is full.`,
        'Free some space; nothing stored so far is lost, and the run goes on by itself.',
        { cause: error },
      );
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
      throw new Fault(
        'config',
        `The store ${root} cannot be written.`,
        'Give the worker a folder it may write to (--store, or HONE_STORE).',
        { cause: error },
      );
    }
    throw error;
  }
}
