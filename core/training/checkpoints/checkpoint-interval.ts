/** Writing checkpoints takes at most a quarter of the time of training. */
const SAVES_PER_INTERVAL = 3;

/**
 * When the next checkpoint is due. The interval that is asked for is stretched to what the state costs to write and
 * what the store takes for it: a checkpoint that is replaced before it is stored has cost its time for nothing.
 */
export class CheckpointInterval {
  readonly #everyS: number;
  #lastAt: number;
  #saveS = 0;
  #storeS = 0;

  /** @param now Milliseconds, on any clock that does not go back. */
  constructor(everyS: number, now: number) {
    this.#everyS = everyS;
    this.#lastAt = now;
  }

  get seconds(): number {
    return Math.max(this.#everyS, SAVES_PER_INTERVAL * this.#saveS, this.#storeS);
  }

  isDue(now: number): boolean {
    return now - this.#lastAt >= this.seconds * 1000;
  }

  /** A checkpoint was written to the disk, from `begin` to `end`. */
  saved(begin: number, end: number): void {
    this.#lastAt = end;
    this.#saveS = (end - begin) / 1000;
  }

  /** @param seconds What the store took for the last checkpoint. */
  stored(seconds: number): void {
    this.#storeS = seconds;
  }
}
