/**
 * Samples a second over the last steps. The first steps after a start touch fresh memory and are slow, so they do not
 * count.
 */
export class Throughput {
  readonly #steps: { samples: number; seconds: number }[] = [];
  readonly #window: number;
  #skip: number;

  /**
   * @param skip Steps that do not count at the start; default 2.
   * @param window Last steps that count; default 20.
   */
  constructor({ skip = 2, window = 20 } = {}) {
    this.#skip = skip;
    this.#window = window;
  }

  add(samples: number, seconds: number): void {
    if (this.#skip-- > 0) return;
    this.#steps.push({ samples, seconds });
    if (this.#steps.length > this.#window) this.#steps.shift();
  }

  /** Undefined until a step counts. */
  get samplesPerSecond(): number | undefined {
    const samples = this.#steps.reduce((sum, step) => sum + step.samples, 0);
    const seconds = this.#steps.reduce((sum, step) => sum + step.seconds, 0);
    return seconds > 0 ? samples / seconds : undefined;
  }
}
