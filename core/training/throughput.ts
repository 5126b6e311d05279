/** How fast training goes, from its last steps; the first ones after a start touch fresh memory and are slow, so they do not count. */
export class Pace {
  readonly #steps: { pairs: number; seconds: number }[] = [];
  #skip: number;
  readonly #window: number;

  constructor({ skip = 2, window = 20 } = {}) {
    this.#skip = skip;
    this.#window = window;
  }

  add(pairs: number, seconds: number): void {
    if (this.#skip-- > 0) return;
    this.#steps.push({ pairs, seconds });
    if (this.#steps.length > this.#window) this.#steps.shift();
  }

  /** Pairs a second; undefined until there is a step that counts. */
  get rate(): number | undefined {
    if (this.#steps.length === 0) return undefined;
    const pairs = this.#steps.reduce((n, step) => n + step.pairs, 0);
    const seconds = this.#steps.reduce((n, step) => n + step.seconds, 0);
    return seconds > 0 ? pairs / seconds : undefined;
  }
}
