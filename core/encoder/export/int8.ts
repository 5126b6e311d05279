/** Whole numbers of −127 to 127 and what each stands for: one factor a row. */
export interface Int8Matrix {
  readonly values: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}

/**
 * Symmetric quantisation, one scale a row, rounded to nearest: as onnxruntime's `quantize_dynamic` with `per_channel`.
 * @param matrix [rows, columns].
 * @param most Largest magnitude that is used; default 127.
 */
export function quantiseRows(matrix: Float32Array, rows: number, most = 127): Int8Matrix {
  const columns = matrix.length / rows;
  const [values, scales] = [new Int8Array(matrix.length), new Float32Array(rows)];
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    let largest = 0;
    for (let i = from; i < from + columns; i++) largest = Math.max(largest, Math.abs(matrix[i]));
    const scale = largest / most || 1;
    scales[row] = scale;
    for (let i = from; i < from + columns; i++) values[i] = Math.round(matrix[i] / scale);
  }
  return { values, scales };
}

/** [rows, columns] to [columns, rows]. */
export function transposed(values: Int8Array, rows: number): Int8Array<ArrayBuffer> {
  const columns = values.length / rows;
  const turned = new Int8Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column];
  return turned;
}
