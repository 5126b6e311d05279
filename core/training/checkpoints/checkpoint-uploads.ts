import { newestCheckpoint } from './checkpoint.ts';
import { type StoredCheckpoint, type StoredCheckpoints, Superseded } from './stored-checkpoints.ts';

export interface UploadHooks {
  /** The files of a checkpoint are in the store. The pointer may not name it yet. */
  onStored(checkpoint: StoredCheckpoint): void;
  /** The store failed. The next checkpoint is tried again. */
  onFailed(error: unknown): void;
  /** Another attempt has taken over, so that this training should end. */
  onSuperseded(error: Superseded): void;
}

/**
 * Uploads the newest checkpoint of a folder while training goes on. A checkpoint that is replaced by a newer one
 * meanwhile is skipped.
 */
export class CheckpointUploads {
  readonly #folder: string;
  readonly #stored: StoredCheckpoints;
  readonly #hooks: UploadHooks;
  #lastStep = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(folder: string, stored: StoredCheckpoints, hooks: UploadHooks) {
    this.#folder = folder;
    this.#stored = stored;
    this.#hooks = hooks;
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
    try {
      const newest = await newestCheckpoint(this.#folder);
      if (!newest || newest.step <= this.#lastStep) return;
      const checkpoint = await this.#stored.put(this.#folder, newest);
      this.#hooks.onStored(checkpoint);
      await this.#stored.add(checkpoint);
      this.#lastStep = newest.step;
    } catch (error) {
      if (error instanceof Superseded) this.#hooks.onSuperseded(error);
      // ENOENT: the trainer has deleted the files for a newer checkpoint, which it announces next.
      else if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#hooks.onFailed(error);
    }
  }
}
