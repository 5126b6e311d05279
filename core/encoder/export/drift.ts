/** How far the rows of an exported model lie from those of the model it was made of. */
export interface Drift {
  /** Texts compared. */
  readonly texts: number;
  /** Of the cosine between a text's two rows: the smallest, and the mean. */
  readonly minCosine: number;
  readonly meanCosine: number;
  /** Share of texts whose nearest other text is the same by both. */
  readonly sameNearest: number;
}

/** @param source One row a text, as `exported`; two or more. */
export function drift(source: readonly Float32Array[], exported: readonly Float32Array[]): Drift {
  const cosines = source.map((row, i) => cosine(row, exported[i] as Float32Array));
  const same = source.filter((_, i) => nearest(source, i) === nearest(exported, i)).length;
  return {
    texts: source.length,
    minCosine: Math.min(...cosines),
    meanCosine: cosines.reduce((sum, x) => sum + x, 0) / source.length,
    sameNearest: same / source.length,
  };
}

function nearest(rows: readonly Float32Array[], to: number): number {
  const scores = rows.map((row, i) => (i === to ? Number.NEGATIVE_INFINITY : cosine(row, rows[to] as Float32Array)));
  return scores.indexOf(Math.max(...scores));
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
