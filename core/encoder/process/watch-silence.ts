/** How long a working process may report nothing before it counts as hung. */
export interface Patience {
  /** Milliseconds until its first report: models are loaded and texts tokenised. */
  readonly first: number;
  /** Milliseconds between two reports, at least. */
  readonly later: number;
  /** Between two reports it may also take this many times as long as it ever took. */
  readonly times: number;
}

/**
 * A step of a large model on few cores takes minutes. A driver that hangs never returns, and what it hangs in cannot be
 * interrupted from within the process.
 */
export const PATIENCE: Patience = { first: 30 * 60_000, later: 10 * 60_000, times: 30 };

/** Watches the reports of a process, and says once when there have been none for too long. */
export class SilenceWatch {
  readonly #patience: Patience;
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  #longest = 0;
  #reports = 0;

  /**
   * @param isWorking Whether reports are due: an idle process is silent.
   * @param onHung Gets the milliseconds of silence.
   */
  constructor(isWorking: () => boolean, onHung: (silence: number) => void, patience: Patience = PATIENCE) {
    this.#patience = patience;
    const every = Math.min(1_000, patience.later / 4);
    let checked = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      // This process was stopped or the machine slept: its own silence is not the other's.
      const slept = now - checked > 10 * every;
      checked = now;
      if (slept || !isWorking()) this.#last = now;
      const silence = now - this.#last;
      if (silence <= this.#limit()) return;
      this.stop();
      onHung(silence);
    }, every);
    this.#timer.unref();
  }

  /** The process has reported something. */
  report(): void {
    const now = performance.now();
    if (this.#reports++ > 0) this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #limit(): number {
    const { first, later, times } = this.#patience;
    return this.#reports === 0 ? first : Math.max(later, times * this.#longest);
  }
}
