/** The rate shown is that of the last minute. */
const RATE_MS = 60_000;

/** How fast a count grows. */
export class Rate {
  readonly #samples: { at: number; done: number }[] = [];

  /** @param at in milliseconds since the epoch. */
  add(at: number, done: number): void {
    this.#samples.push({ at, done });
  }

  /** A second, over the last minute; 0 while it is not known. */
  perSecond(now: number): number {
    const samples = this.#samples;
    while (samples.length > 2 && (samples[0]?.at ?? 0) < now - RATE_MS) samples.shift();
    const first = samples[0];
    const last = samples.at(-1);
    const seconds = first && last ? (last.at - first.at) / 1000 : 0;
    return first && last && seconds > 0 ? (last.done - first.done) / seconds : 0;
  }
}
