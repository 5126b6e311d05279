/** Unsigned 32-bit numbers, as many as come: four bytes each, where an array of V8's takes eight. */
export class GrowingNumbers {
  #held = new Uint32Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#held.length) {
      const larger = new Uint32Array(2 * this.#held.length);
      larger.set(this.#held);
      this.#held = larger;
    }
    this.#held[this.#length++] = value;
  }

  /** Adds to the number at a place that was pushed before. */
  increase(at: number): void {
    this.#held[at] = (this.#held[at] as number) + 1;
  }

  /** A view of what was pushed so far. */
  get values(): Uint32Array {
    return this.#held.subarray(0, this.#length);
  }
}
