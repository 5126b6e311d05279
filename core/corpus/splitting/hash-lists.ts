/** A power of two. */
const MAPS = 64;

/** A list of numbers for each of any number of 32-bit hashes: several maps, since one holds at most 2^24 keys. */
export class HashLists {
  readonly #maps = Array.from({ length: MAPS }, () => new Map<number, number[]>());

  /** The list of a hash, or undefined if it was never opened. */
  get(hash: number): number[] | undefined {
    return this.#mapOf(hash).get(hash);
  }

  /** The list of a hash, empty if there was none. */
  open(hash: number): number[] {
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
