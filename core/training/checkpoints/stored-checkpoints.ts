import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ArtifactFolder } from '../../contracts/artifact.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import { type CheckpointFiles, KEPT } from './checkpoint.ts';

/** A checkpoint in the store; its manifest is the last of its files. */
export const StoredCheckpoint = z.object({ step: z.number().int(), files: ArtifactFolder });
export type StoredCheckpoint = z.infer<typeof StoredCheckpoint>;

/** Who trains: attempts of one run are numbered, and only the highest may write. */
export interface Lease {
  readonly run: string;
  readonly attempt: number;
}

const Standing = z.object({
  /** The newest attempt of each run that has trained this, the latest run last. */
  attempts: z.record(z.string(), z.number().int()),
  /** Newest first. */
  checkpoints: z.array(StoredCheckpoint),
});
type Standing = z.infer<typeof Standing>;

/** Runs remembered; all but the last few are over. */
const RUNS = 16;

/**
 * The checkpoints of one training in the store, shared by all who do it: files first, by content, then the pointer
 * `checkpoints/<training>` by compare-and-swap. An attempt that has been given up for dead finds a higher number there, and
 * changes nothing any more.
 */
export class StoredCheckpoints {
  readonly #store: ArtifactStore;
  readonly #key: string;
  readonly #lease: Lease;

  /** @param training Hash of everything the training is a function of. */
  constructor(store: ArtifactStore, training: string, lease: Lease) {
    this.#store = store;
    this.#key = `checkpoints/${training}`;
    this.#lease = lease;
  }

  /** Shuts earlier attempts of the same run out. @throws Superseded if a later one has shut this one out. */
  async claim(): Promise<void> {
    await this.#change((standing) => standing);
  }

  /**
   * Brings the newest checkpoint whose files are all there and unharmed into an empty folder.
   * @param known one that the pointer may not name yet.
   * @returns Its step, or undefined if there is none.
   */
  async fetch(folder: string, known?: StoredCheckpoint): Promise<number | undefined> {
    for (let seen: string | undefined; ; ) {
      const { version, standing } = await this.#read();
      const candidates = [...standing.checkpoints, ...(known ? [known] : [])].sort((a, b) => b.step - a.step);
      for (const candidate of candidates) if (await this.#bring(candidate, folder)) return candidate.step;
      // Another run of the same training may have moved on, and have deleted what it left behind.
      if (version === seen || candidates.length === 0) return undefined;
      seen = version;
    }
  }

  /** Stores a checkpoint's files, the manifest last. */
  async put(folder: string, { step, files }: CheckpointFiles): Promise<StoredCheckpoint> {
    const stored: ArtifactFolder = [];
    for (const path of files) stored.push({ path, ref: await this.#store.putObject({ file: join(folder, path) }) });
    return { step, files: stored };
  }

  /** Points to a stored checkpoint, and deletes those that this makes one too many. @throws Superseded */
  async add(checkpoint: StoredCheckpoint): Promise<void> {
    await this.#change(({ attempts, checkpoints }) => {
      const others = checkpoints.filter(({ step }) => step !== checkpoint.step);
      const newest = [checkpoint, ...others].sort((a, b) => b.step - a.step).slice(0, KEPT);
      return { attempts, checkpoints: newest };
    });
  }

  /** Deletes them all, once the training's result is stored. */
  async clear(): Promise<void> {
    const { standing } = await this.#read();
    if (standing.checkpoints.length > 0) await this.#change(({ attempts }) => ({ attempts, checkpoints: [] }));
  }

  async #change(next: (standing: Standing) => Standing): Promise<void> {
    const { run, attempt } = this.#lease;
    for (;;) {
      const { version, standing } = await this.#read();
      if ((standing.attempts[run] ?? 0) > attempt) throw new Superseded();
      const { [run]: _, ...others } = standing.attempts;
      const attempts = Object.fromEntries([...Object.entries(others), [run, attempt] as const].slice(-RUNS));
      const changed = next({ ...standing, attempts });
      const bytes = new TextEncoder().encode(JSON.stringify(changed));
      if ((await this.#store.swapPointer(this.#key, version, bytes)) === undefined) continue;
      const kept = new Set(filesOf(changed).map(({ sha256 }) => sha256));
      for (const ref of filesOf(standing)) if (!kept.has(ref.sha256)) await this.#store.removeObject(ref);
      return;
    }
  }

  async #read(): Promise<{ version: string | undefined; standing: Standing }> {
    const pointer = await this.#store.readPointer(this.#key);
    return { version: pointer?.version, standing: parse(pointer?.bytes) };
  }

  async #bring({ files }: StoredCheckpoint, folder: string): Promise<boolean> {
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

/** This attempt counts as dead, and another has taken its place. */
export class Superseded extends Fault {
  constructor() {
    super(
      'unavailable',
      'Another attempt has taken this training over while this one could not be heard.',
      'Nothing needs doing: the training goes on there.',
    );
  }
}

function filesOf({ checkpoints }: Standing) {
  return checkpoints.flatMap(({ files }) => files.map(({ ref }) => ref));
}

/** A pointer that cannot be read is as good as none: training starts over. */
function parse(bytes: Uint8Array | undefined): Standing {
  try {
    return Standing.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return { attempts: {}, checkpoints: [] };
  }
}
