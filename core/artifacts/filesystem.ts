import { constants, copyFile, link, mkdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import { hashFile, sha256 } from '../primitives/hash.ts';
import { copyStaged, fsyncFolder, listFiles, stage } from './durable-file.ts';
import { readGeneration, swapGeneration } from './generations.ts';
import { keySegments } from './key.ts';

/**
 * An `ArtifactStore` in a folder. Every write is staged in `tmp/`, flushed, and then given its name by one atomic
 * `link` (which fails if the name is taken) or `rename`, so that a crash leaves either the whole entry or none of it.
 *
 *     objects/ab/<sha256>   content-addressed bytes
 *     tmp/                  staged writes; anything in it is rubbish once its writer is gone
 *     <key>                 entries; a pointer is a folder of numbered generations
 */
export async function openFilesystemStore(folder: string): Promise<ArtifactStore> {
  const root = resolve(folder);
  const staging = join(root, 'tmp');
  await guarded(root, () => mkdir(staging, { recursive: true }));

  const at = (key: string) => join(root, ...keySegments(key));
  const objectFile = (digest: string) => join(root, 'objects', digest.slice(0, 2), digest);

  /** Gives staged bytes their name unless the name is taken. */
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

  const store: ArtifactStore = {
    uri: pathToFileURL(root).href,

    putObject: (content) =>
      guarded(root, async () => {
        const digest = content instanceof Uint8Array ? sha256(content) : await hashFile(content.file);
        const target = objectFile(digest);
        if (!(await exists(target))) {
          const staged =
            content instanceof Uint8Array ? await stage(staging, content) : await copyStaged(staging, content.file);
          await publish(staged, target);
        }
        const { size } = await stat(target);
        return { uri: pathToFileURL(target).href, sha256: digest, bytes: size };
      }),

    readObject: (ref) =>
      guarded(root, async () => {
        const bytes = await readFile(objectFile(ref.sha256)).catch(missing(ref));
        if (sha256(bytes) !== ref.sha256) await discardCorrupt(ref);
        return bytes;
      }),

    fetchObject: (ref, file) =>
      guarded(root, async () => {
        await mkdir(dirname(file), { recursive: true });
        await copyFile(objectFile(ref.sha256), file, constants.COPYFILE_FICLONE).catch(missing(ref));
        if ((await hashFile(file)) !== ref.sha256) {
          await unlink(file);
          await discardCorrupt(ref);
        }
      }),

    hasObject: async (ref) => (await stat(objectFile(ref.sha256)).catch(() => undefined))?.size === ref.bytes,

    removeObject: (ref) => guarded(root, () => rm(objectFile(ref.sha256), { force: true })),

    get: (key) =>
      guarded(root, () =>
        readFile(at(key)).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined;
          throw error;
        }),
      ),

    putIfAbsent: (key, bytes) => guarded(root, async () => publish(await stage(staging, bytes), at(key))),

    materialise: (ref, key) =>
      guarded(root, async () => {
        const target = at(key);
        await mkdir(dirname(target), { recursive: true });
        const staged = await copyStaged(staging, objectFile(ref.sha256)).catch(missing(ref));
        await rename(staged, target);
        await fsyncFolder(dirname(target));
      }),

    list: (prefix) => listFiles(root, prefix),

    readPointer: (key) => guarded(root, () => readGeneration(at(key))),

    swapPointer: (key, expected, bytes) =>
      guarded(root, async () => {
        const folder = at(key);
        return swapGeneration(folder, expected, async (target) => publish(await stage(staging, bytes), target));
      }),
  };
  return store;

  /** Rotten bytes are put out of the way, so that the step which makes them can make them again. */
  async function discardCorrupt(ref: ArtifactRef): Promise<never> {
    await unlink(objectFile(ref.sha256)).catch(() => {});
    throw gone(ref, 'no longer has the bytes it was stored with');
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

function gone(ref: ArtifactRef, how: string): Fault {
  return new Fault(
    'lost',
    `The artifact ${ref.uri} ${how}.`,
    'Start the run again: the step that makes it will make it again.',
  );
}

function missing(ref: ArtifactRef) {
  return (error: NodeJS.ErrnoException): never => {
    throw error.code === 'ENOENT' ? gone(ref, 'is not there any more') : error;
  };
}

/** Turns the operating system's refusals into sentences. */
async function guarded<T>(root: string, work: () => Promise<T>): Promise<T> {
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
