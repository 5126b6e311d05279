/** The rows of the word table that the data uses; only these have a gradient, so only these are trained. */
export class TrainedVocabulary {
  /** Token ids, ascending. */
  readonly ids: readonly number[];
  readonly #rows: ReadonlyMap<number, number>;

  constructor(texts: Iterable<readonly number[]>) {
    const used = new Set<number>();
    for (const text of texts) for (const id of text) used.add(id);
    this.ids = [...used].sort((a, b) => a - b);
    this.#rows = new Map(this.ids.map((id, row) => [id, row]));
  }

  /** Token ids as rows of the trained table. */
  rows(text: readonly number[]): number[] {
    return text.map((id) => this.#rows.get(id) as number);
  }

  /** The trained rows out of the full table. */
  take(table: Float32Array, width: number): Float32Array<ArrayBuffer> {
    const rows = new Float32Array(this.ids.length * width);
    for (const [row, id] of this.ids.entries()) rows.set(table.subarray(id * width, (id + 1) * width), row * width);
    return rows;
  }

  /**
   * The full table after training. Rows without a gradient keep moments of zero, so AdamW only ever decays them: all at once here,
   * by the product of the steps' decays.
   */
  put(table: Float32Array<ArrayBuffer>, rows: Float32Array, width: number, decayed: number): Float32Array<ArrayBuffer> {
    const whole = table.map((value) => value * decayed);
    for (const [row, id] of this.ids.entries()) whole.set(rows.subarray(row * width, (row + 1) * width), id * width);
    return whole;
  }
}
