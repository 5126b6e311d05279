import { constants, copyFile, link, mkdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import { hashFile, sha256 } from '../primitives/hash.ts';
import { fsyncFolder, listFiles, stageBytes, stageCopy } from './durable-file.ts';
import { readGeneration, swapGeneration } from './generations.ts';
import { keySegments } from './key.ts';

/**
 * An `ArtifactStore` in a folder.
 *
 *     objects/ab/<sha256>   content-addressed bytes
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

  /** Moves a staged file to `target` unless that exists. Resolves to whether it was moved. */
  async function publish(staged: string, target: string): Promise<boolean> {
    await mkdir(dirname(target), { recursive: true });
    try {
      await link(staged, target);
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
    await mkdir(dirname(target), { recursive: true });
    await rename(staged, target);
    await fsyncFolder(dirname(target));
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
        const { size } = await stat(target);
        return { uri: pathToFileURL(target).href, sha256: digest, bytes: size };
      }),

    readObject: (ref) =>
      withFaults(root, async () => {
        const bytes = await readFile(objectFile(ref.sha256)).catch(missing(ref));
        if (sha256(bytes) !== ref.sha256) await discardCorrupt(ref);
        return bytes;
      }),

    fetchObject: (ref, file) =>
      withFaults(root, async () => {
        await mkdir(dirname(file), { recursive: true });
        await copyFile(objectFile(ref.sha256), file, constants.COPYFILE_FICLONE).catch(missing(ref));
        if (!(await holds(file, ref.sha256))) {
          await unlink(file);
          await discardCorrupt(ref);
        }
      }),

    hasObject: async (ref) => (await stat(objectFile(ref.sha256)).catch(() => undefined))?.size === ref.bytes,

    removeObject: (ref) => withFaults(root, () => rm(objectFile(ref.sha256), { force: true })),

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
        const staged = await stageCopy(staging, objectFile(ref.sha256)).catch(missing(ref));
        if (!(await holds(staged, ref.sha256))) {
          await unlink(staged);
          await discardCorrupt(ref);
        }
        await replace(staged, at(key));
      }),

    list: (prefix) => listFiles(root, prefix),

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
    throw lost(ref, 'no longer has the bytes it was stored with');
  }
}

/** Whether a file exists and has this hash. */
async function holds(file: string, digest: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined && (await hashFile(file)) === digest;
}

function lost(ref: ArtifactRef, how: string): Fault {
  return new Fault(
    'lost',
    `The artifact ${ref.uri} ${how}.`,
    'Start the run again: the step that makes it will make it again.',
  );
}

function missing(ref: ArtifactRef) {
  return (error: NodeJS.ErrnoException): never => {
    throw error.code === 'ENOENT' ? lost(ref, 'no longer exists') : error;
  };
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
