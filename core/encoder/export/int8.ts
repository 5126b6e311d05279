import { add, type Graph, gather, mul, toFloat, type Value } from '../../autodiff/index.ts';
import type { Encoder } from '../architectures/index.ts';
import type { PassOverrides } from '../forward/padded-pass.ts';

/**
 * Largest magnitude of quantised weights of dense layers, seven bits with the sign. With eight, processors without
 * VNNI, which add products of two bytes in sixteen bits, would overflow; seven cost a thousandth of cosine.
 * https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html ("reduce_range")
 */
const SEVEN_BITS = 63;

/**
 * Dynamic quantisation, as onnxruntime's `quantize_dynamic` does it. The weights of dense layers are int8 with one
 * scale for each output channel; their inputs become uint8 with one scale, which is computed for each batch. The token
 * embedding table is int8 with one scale for each token. Attention, norms and everything else stay float32.
 */
export function int8Overrides(
  graph: Graph,
  { parameters }: Encoder,
  values: (name: string) => Float32Array,
  parameter: (name: string) => Value,
): PassOverrides {
  const quantisedInputs = new Map<Value, QuantisedInput>();
  const quantised = (x: Value) => {
    const input = quantisedInputs.get(x) ?? quantise(x);
    quantisedInputs.set(x, input);
    return input;
  };
  return {
    dense(x, name) {
      const weight = `${name}.weight`;
      const [out, into] = parameters.get(weight) as [number, number];
      const { values: rows, scales } = quantiseRows(values(weight), out, SEVEN_BITS);
      const matrix = graph.weights(`${weight}_quantized`, transposed(rows, out), [into, out]);
      const channels = graph.weights(`${weight}_scale`, scales, [out]);
      const { integers, scale, zero } = quantised(x);
      const shape = [...x.shape.slice(0, -1), out];
      const [product] = graph.add('MatMulInteger', [integers, matrix, zero], [{ type: 'int32', shape }]);
      const y = mul(toFloat(product), mul(scale, channels));
      return parameters.has(`${name}.bias`) ? add(y, parameter(`${name}.bias`)) : y;
    },
    tokenEmbeddings(table, ids) {
      const [rows, width] = parameters.get(table.name) as [number, number];
      const { values: integers, scales } = quantiseRows(values(table.name), rows);
      const taken = gather(graph.weights(`${table.name}_quantized`, integers, [rows, width]), ids);
      return mul(toFloat(taken), gather(graph.weights(`${table.name}_scale`, scales, [rows, 1]), ids));
    },
  };
}

/** x ≈ (integers − zero) · scale. */
interface QuantisedInput {
  readonly integers: Value;
  readonly scale: Value;
  readonly zero: Value;
}

function quantise(x: Value): QuantisedInput {
  const [integers, scale, zero] = x.graph.add(
    'DynamicQuantizeLinear',
    [x],
    [
      { type: 'uint8', shape: x.shape },
      { type: 'float32', shape: [] },
      { type: 'uint8', shape: [] },
    ],
  );
  return { integers, scale, zero };
}

/** A matrix as integers from −127 to 127 and one scale for each row. */
export interface Int8Matrix {
  readonly values: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}

/**
 * Symmetric quantisation with one scale for each row, rounded to nearest, as onnxruntime's `quantize_dynamic` with
 * `per_channel`.
 * @param matrix [rows, columns].
 * @param largestInteger Largest magnitude of an integer. Default 127.
 */
export function quantiseRows(matrix: Float32Array, rows: number, largestInteger = 127): Int8Matrix {
  const columns = matrix.length / rows;
  const [values, scales] = [new Int8Array(matrix.length), new Float32Array(rows)];
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    let largest = 0;
    for (let i = from; i < from + columns; i++) largest = Math.max(largest, Math.abs(matrix[i] as number));
    const scale = largest / largestInteger || 1;
    scales[row] = scale;
    for (let i = from; i < from + columns; i++) values[i] = Math.round((matrix[i] as number) / scale);
  }
  return { values, scales };
}

/** Transposes [rows, columns] to [columns, rows]. */
export function transposed(values: Int8Array, rows: number): Int8Array<ArrayBuffer> {
  const columns = values.length / rows;
  const result = new Int8Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column] as number;
  return result;
}
