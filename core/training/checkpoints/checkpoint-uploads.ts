import { constants, copyFile, link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../contracts/artifact.ts';
import { type CheckpointFiles, newestCheckpoint } from './checkpoint.ts';
import { type StoredCheckpoint, type StoredCheckpoints, Superseded } from './stored-checkpoints.ts';

export interface UploadHooks {
  /**
   * The files of a checkpoint are in the store. The pointer may not name it yet.
   * @param seconds What the store took for it.
   */
  onStored(checkpoint: StoredCheckpoint, seconds: number): void;
  /** The store failed. The next checkpoint is tried again. */
  onFailed(error: unknown): void;
  /** Another attempt has taken over, so that this training should end. */
  onSuperseded(error: Superseded): void;
}

/** Tries to pin a checkpoint; each fails only if the trainer has written another one meanwhile. */
const PINS = 5;

/**
 * Uploads the newest checkpoint of a folder while training goes on. A checkpoint that is replaced by a newer one before
 * its upload has begun is skipped. Invariant: one whose upload has begun is uploaded as a whole, however long that
 * takes and whatever the trainer deletes: its files are pinned.
 */
export class CheckpointUploads {
  readonly #folder: string;
  readonly #stored: StoredCheckpoints;
  readonly #hooks: UploadHooks;
  #lastStep = 0;
  #begun: number | undefined;
  #work: Promise<void> = Promise.resolve();
  /** What tries left in the store that were not completed. */
  #leftOver: ArtifactRef[] = [];

  constructor(folder: string, stored: StoredCheckpoints, hooks: UploadHooks) {
    this.#folder = folder;
    this.#stored = stored;
    this.#hooks = hooks;
  }

  /** Seconds since the upload that is under way began; 0 if there is none. */
  get uploadingForS(): number {
    return this.#begun === undefined ? 0 : (performance.now() - this.#begun) / 1000;
  }

  /** To be called when the folder holds a new checkpoint. Returns at once. */
  wake(): void {
    this.#work = this.#work.then(() => this.#uploadNewest());
  }

  /** Resolves when all uploads so far have ended, whether they succeeded or failed. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #uploadNewest(): Promise<void> {
    const pins = join(this.#folder, 'pinned');
    try {
      const newest = await pinNewest(this.#folder, pins, this.#lastStep);
      if (!newest) return;
      this.#begun = performance.now();
      const checkpoint = await this.#stored.put(pins, newest, (ref) => this.#leftOver.push(ref));
      this.#hooks.onStored(checkpoint, this.uploadingForS);
      await this.#stored.add(checkpoint);
      this.#lastStep = newest.step;
      await this.#removeLeftOver();
    } catch (error) {
      if (error instanceof Superseded) this.#hooks.onSuperseded(error);
      else this.#hooks.onFailed(error);
    } finally {
      this.#begun = undefined;
      await rm(pins, { recursive: true, force: true });
    }
  }

  /** Not at the failure itself: then the store is away, or an heir may still resume from the checkpoint. */
  async #removeLeftOver(): Promise<void> {
    const left = this.#leftOver;
    this.#leftOver = [];
    await this.#stored.removeUnlisted(left);
  }
}

/**
 * Gives the files of the newest checkpoint second names in the folder `pins`, which the trainer does not delete.
 * @returns undefined if there is no checkpoint after `lastStep`.
 */
async function pinNewest(folder: string, pins: string, lastStep: number): Promise<CheckpointFiles | undefined> {
  for (let attempt = 1; ; attempt++) {
    await rm(pins, { recursive: true, force: true });
    const newest = await newestCheckpoint(folder);
    if (!newest || newest.step <= lastStep) return undefined;
    await mkdir(pins, { recursive: true });
    try {
      for (const file of newest.files) await pin(join(folder, file), join(pins, file));
      return newest;
    } catch (error) {
      // The trainer has deleted the file for a newer checkpoint.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === PINS) throw error;
    }
  }
}

async function pin(file: string, name: string): Promise<void> {
  await link(file, name).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw error;
    // Not every file system has links.
    return copyFile(file, name, constants.COPYFILE_FICLONE);
  });
}
