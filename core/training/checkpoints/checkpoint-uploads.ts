import { newestCheckpoint } from './checkpoint.ts';
import { type StoredCheckpoint, type StoredCheckpoints, Superseded } from './stored-checkpoints.ts';

export interface UploadHooks {
  /** A checkpoint lies in the store, though the pointer may not have moved yet. */
  onStored(checkpoint: StoredCheckpoint): void;
  /** The store does not take it; the next one is tried. */
  onFailed(error: unknown): void;
  /** Training here is in vain. */
  onSuperseded(error: Superseded): void;
}

/** Brings the newest checkpoint of a folder into the store while training goes on; one that is overtaken meanwhile is left out. */
export class CheckpointUploads {
  readonly #folder: string;
  readonly #stored: StoredCheckpoints;
  readonly #hooks: UploadHooks;
  #last = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(folder: string, stored: StoredCheckpoints, hooks: UploadHooks) {
    this.#folder = folder;
    this.#stored = stored;
    this.#hooks = hooks;
  }

  /** Says that the folder holds a new checkpoint. */
  wake(): void {
    this.#work = this.#work.then(() => this.#catchUp());
  }

  /** Resolves when all that was spoken of is in the store, or could not be brought there. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #catchUp(): Promise<void> {
    try {
      const newest = await newestCheckpoint(this.#folder);
      if (!newest || newest.step <= this.#last) return;
      const checkpoint = await this.#stored.put(this.#folder, newest);
      this.#hooks.onStored(checkpoint);
      await this.#stored.add(checkpoint);
      this.#last = newest.step;
    } catch (error) {
      if (error instanceof Superseded) this.#hooks.onSuperseded(error);
      // Otherwise the trainer has deleted it for a newer one, which it speaks of next.
      else if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#hooks.onFailed(error);
    }
  }
}
