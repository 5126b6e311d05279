import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ArtifactFolder, type ArtifactRef } from '../../contracts/artifact.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import { type CheckpointFiles, KEPT } from './checkpoint.ts';

/** A checkpoint in the store; its manifest is the last of its files. */
export const StoredCheckpoint = z.object({ step: z.number().int(), files: ArtifactFolder });
export type StoredCheckpoint = z.infer<typeof StoredCheckpoint>;

/** The attempt that trains. The attempts of a run are numbered, and only the highest number may write. */
export interface Owner {
  readonly run: string;
  readonly attempt: number;
}

const Pointer = z.object({
  /** The newest attempt of each run of this training, the latest run last. */
  attempts: z.record(z.string(), z.number().int()),
  /** Newest first. */
  checkpoints: z.array(StoredCheckpoint),
});
type Pointer = z.infer<typeof Pointer>;

/** Runs that the pointer remembers. All but the last few have ended. */
const RUNS = 16;

/**
 * The checkpoints of one training in the store, shared by all runs of it. The files are stored first, by content, then
 * the pointer `checkpoints/<training>` is changed by compare-and-swap. Invariants:
 * - An attempt that finds a higher number of its run in the pointer was presumed dead and replaced; it changes nothing.
 * - No file has the bytes of a file of another training (`writeCheckpoint`): files of replaced checkpoints are deleted.
 */
export class StoredCheckpoints {
  readonly #store: ArtifactStore;
  readonly #key: string;
  readonly #owner: Owner;

  /** @param training Hash of everything that the training is a function of. */
  constructor(store: ArtifactStore, training: string, owner: Owner) {
    this.#store = store;
    this.#key = `checkpoints/${training}`;
    this.#owner = owner;
  }

  /** Locks earlier attempts of the same run out. @throws Superseded if a later attempt has locked this one out. */
  async claim(): Promise<void> {
    await this.#change((pointer) => pointer);
  }

  /**
   * Downloads the newest checkpoint whose files are all present and intact into a folder.
   * @param folder Empty, or absent.
   * @param unlisted A stored checkpoint that the pointer may not name yet.
   * @returns Its step, or undefined if there is none.
   */
  async fetch(folder: string, unlisted?: StoredCheckpoint): Promise<number | undefined> {
    for (let tried: string | undefined; ; ) {
      const { version, pointer } = await this.#read();
      const candidates = [...pointer.checkpoints, ...(unlisted ? [unlisted] : [])].sort((a, b) => b.step - a.step);
      for (const candidate of candidates) if (await this.#download(candidate, folder)) return candidate.step;
      // If the pointer has changed, another run may have added newer checkpoints and deleted these.
      if (version === tried || candidates.length === 0) return undefined;
      tried = version;
    }
  }

  /**
   * Stores the files of a checkpoint, the manifest last.
   * @param onFile Called for each file that is stored, also if a later one fails.
   */
  async put(
    folder: string,
    { step, files }: CheckpointFiles,
    onFile: (ref: ArtifactRef) => void = () => {},
  ): Promise<StoredCheckpoint> {
    const stored: ArtifactFolder = [];
    for (const path of files) {
      const ref = await this.#store.putObject({ file: join(folder, path) });
      onFile(ref);
      stored.push({ path, ref });
    }
    return { step, files: stored };
  }

  /** Deletes files that no checkpoint of the pointer has. */
  async removeUnlisted(refs: readonly ArtifactRef[]): Promise<void> {
    const listed = new Set(filesOf((await this.#read()).pointer).map(({ sha256 }) => sha256));
    for (const ref of refs) if (!listed.has(ref.sha256)) await this.#store.removeObject(ref);
  }

  /** Adds a stored checkpoint to the pointer, and deletes all but the newest two. @throws Superseded */
  async add(checkpoint: StoredCheckpoint): Promise<void> {
    await this.#change(({ attempts, checkpoints }) => {
      const others = checkpoints.filter(({ step }) => step !== checkpoint.step);
      const newest = [checkpoint, ...others].sort((a, b) => b.step - a.step).slice(0, KEPT);
      return { attempts, checkpoints: newest };
    });
  }

  /** Deletes all checkpoints, once the result of the training is stored. @throws Superseded */
  async clear(): Promise<void> {
    const { pointer } = await this.#read();
    if (pointer.checkpoints.length > 0) await this.#change(({ attempts }) => ({ attempts, checkpoints: [] }));
  }

  async #change(next: (pointer: Pointer) => Pointer): Promise<void> {
    const { run, attempt } = this.#owner;
    for (;;) {
      const { version, pointer } = await this.#read();
      if ((pointer.attempts[run] ?? 0) > attempt) throw new Superseded();
      const { [run]: _, ...others } = pointer.attempts;
      const attempts = Object.fromEntries([...Object.entries(others), [run, attempt] as const].slice(-RUNS));
      const changed = next({ ...pointer, attempts });
      const bytes = new TextEncoder().encode(JSON.stringify(changed));
      if ((await this.#store.swapPointer(this.#key, version, bytes)) === undefined) continue;
      const kept = new Set(filesOf(changed).map(({ sha256 }) => sha256));
      for (const ref of filesOf(pointer)) if (!kept.has(ref.sha256)) await this.#store.removeObject(ref);
      return;
    }
  }

  async #read(): Promise<{ version: string | undefined; pointer: Pointer }> {
    const stored = await this.#store.readPointer(this.#key);
    return { version: stored?.version, pointer: parse(stored?.bytes) };
  }

  /** @returns false, with the folder removed, if a file is lost or corrupt. */
  async #download({ files }: StoredCheckpoint, folder: string): Promise<boolean> {
    await mkdir(folder, { recursive: true });
    try {
      for (const { path, ref } of files) await this.#store.fetchObject(ref, join(folder, path));
      return true;
    } catch (error) {
      if (!(error instanceof Fault && error.kind === 'lost')) throw error;
      await rm(folder, { recursive: true, force: true });
      return false;
    }
  }
}

/** This attempt was presumed dead, and another one has replaced it. */
export class Superseded extends Fault {
  constructor() {
    super(
      'unavailable',
      'This attempt sent no heartbeats for too long, and another attempt has taken the training over.',
      'Nothing needs to be done: the other attempt continues the training.',
    );
  }
}

function filesOf({ checkpoints }: Pointer) {
  return checkpoints.flatMap(({ files }) => files.map(({ ref }) => ref));
}

/** A pointer that cannot be read counts as none: training starts from the beginning. */
function parse(bytes: Uint8Array | undefined): Pointer {
  try {
    return Pointer.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return { attempts: {}, checkpoints: [] };
  }
}
