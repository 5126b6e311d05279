/**
 * The tokens that occur in the training data. Only their rows of the token embeddings have a gradient, so only these
 * rows are trained. The trained table has a row for each of them, in the order of `ids`.
 */
export class TrainedVocabulary {
  /** Token ids, ascending. */
  readonly ids: readonly number[];
  readonly #rowOf: ReadonlyMap<number, number>;

  /** @param texts Token ids of each text. */
  constructor(texts: Iterable<readonly number[]>) {
    const used = new Set<number>();
    for (const text of texts) for (const id of text) used.add(id);
    this.ids = [...used].sort((a, b) => a - b);
    this.#rowOf = new Map(this.ids.map((id, row) => [id, row]));
  }

  /**
   * The rows of the trained table that hold these tokens.
   * @param text Token ids; each must occur in the training data.
   */
  rows(text: readonly number[]): number[] {
    return text.map((id) => this.#rowOf.get(id) as number);
  }

  /** Copies the trained rows out of the full table, [vocabulary, width]. */
  gather(table: Float32Array, width: number): Float32Array<ArrayBuffer> {
    const rows = new Float32Array(this.ids.length * width);
    for (const [row, id] of this.ids.entries()) rows.set(table.subarray(id * width, (id + 1) * width), row * width);
    return rows;
  }

  /**
   * The full table after training. The moments of a row without a gradient stay zero, so that AdamW only decays it.
   * That is done here for all steps at once.
   * @param rows The trained rows.
   * @param decay Product of the decay factors of all steps.
   */
  scatter(
    table: Float32Array<ArrayBuffer>,
    rows: Float32Array,
    width: number,
    decay: number,
  ): Float32Array<ArrayBuffer> {
    const full = table.map((value) => value * decay);
    for (const [row, id] of this.ids.entries()) full.set(rows.subarray(row * width, (row + 1) * width), id * width);
    return full;
  }
}
