/*
 * Maps with 32-bit hashes as keys. A JavaScript Map holds at most 2^24 entries, which a large corpus exceeds.
 */

/** A counter for each of a fixed set of hashes. A hash table with open addressing. */
export class HashCounts {
  readonly #keys: Uint32Array;
  /** 0: free slot; n: counted n - 1 times. */
  readonly #counts: Uint32Array;
  readonly #mask: number;

  constructor(hashes: readonly Uint32Array[]) {
    const size = 2 ** Math.ceil(Math.log2(2 * hashes.reduce((sum, some) => sum + some.length, 0) + 2));
    this.#keys = new Uint32Array(size);
    this.#counts = new Uint32Array(size);
    this.#mask = size - 1;
    for (const some of hashes) {
      for (const hash of some) {
        const slot = this.#slot(hash);
        this.#keys[slot] = hash;
        this.#counts[slot] = 1;
      }
    }
  }

  /** Counts a hash once more, if it is in the set. */
  increment(hash: number): void {
    const slot = this.#slot(hash);
    if (this.#counts[slot] !== 0) this.#counts[slot] = (this.#counts[slot] as number) + 1;
  }

  /** How often a hash was counted; 0 if it is not in the set. */
  get(hash: number): number {
    return Math.max(0, (this.#counts[this.#slot(hash)] as number) - 1);
  }

  #slot(hash: number): number {
    let slot = hash & this.#mask;
    while (this.#counts[slot] !== 0 && this.#keys[slot] !== hash) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

/** A power of two. */
const MAPS = 64;

/** A list of numbers for each of any number of hashes. Several Maps, selected by the lowest bits of the hash. */
export class HashLists {
  readonly #maps = Array.from({ length: MAPS }, () => new Map<number, number[]>());

  /** The list of a hash; undefined if there is none. */
  get(hash: number): number[] | undefined {
    return this.#mapOf(hash).get(hash);
  }

  /** The list of a hash. Adds an empty one if there is none. */
  getOrAdd(hash: number): number[] {
    const map = this.#mapOf(hash);
    let list = map.get(hash);
    if (list === undefined) {
      list = [];
      map.set(hash, list);
    }
    return list;
  }

  #mapOf(hash: number): Map<number, number[]> {
    return this.#maps[hash & (MAPS - 1)] as Map<number, number[]>;
  }
}
