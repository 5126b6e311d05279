/** How often each of a fixed set of 32-bit hashes was met. Open addressing, since a Map holds at most 2^24 keys. */
export class HashCounts {
  readonly #keys: Uint32Array;
  /** 0: free place; n: met n - 1 times. */
  readonly #counts: Uint32Array;
  readonly #mask: number;

  constructor(hashes: readonly Uint32Array[]) {
    const size = 2 ** Math.ceil(Math.log2(2 * hashes.reduce((sum, some) => sum + some.length, 0) + 2));
    this.#keys = new Uint32Array(size);
    this.#counts = new Uint32Array(size);
    this.#mask = size - 1;
    for (const some of hashes) {
      for (const hash of some) {
        const at = this.#place(hash);
        this.#keys[at] = hash;
        this.#counts[at] = 1;
      }
    }
  }

  /** Counts one more of a hash of the set; others are passed over. */
  meet(hash: number): void {
    const at = this.#place(hash);
    if (this.#counts[at] !== 0) this.#counts[at] = (this.#counts[at] as number) + 1;
  }

  of(hash: number): number {
    return Math.max(0, (this.#counts[this.#place(hash)] as number) - 1);
  }

  #place(hash: number): number {
    let at = hash & this.#mask;
    while (this.#counts[at] !== 0 && this.#keys[at] !== hash) at = (at + 1) & this.#mask;
    return at;
  }
}
