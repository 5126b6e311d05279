import { add, type Graph, gather, mul, toFloat, type Value } from '../../autodiff/index.ts';
import type { Encoder } from '../architectures/index.ts';
import { quantiseRows, transposed } from '../export/int8.ts';
import type { PaddedParts } from './padded-pass.ts';

/**
 * With full eight bits, processors without VNNI, whose products of two bytes are added in sixteen bits, would overflow; seven cost a
 * thousandth of cosine. https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html ("reduce_range")
 */
const SEVEN_BITS = 63;

/**
 * Dynamic quantisation as onnxruntime's `quantize_dynamic` does it: the weights of dense layers are int8 with one scale an output channel, what
 * goes into them becomes uint8 with one scale for the batch when it is known. The word table is int8 with one scale a word. Attention, norms and
 * all else stay float32.
 */
export function int8Parts(
  graph: Graph,
  { parameters }: Encoder,
  values: (name: string) => Float32Array,
  parameter: (name: string) => Value,
): PaddedParts {
  const known = new Map<Value, QuantisedInput>();
  const quantised = (x: Value) => {
    const input = known.get(x) ?? quantise(x);
    known.set(x, input);
    return input;
  };
  return {
    dense(x, name) {
      const weight = `${name}.weight`;
      const [out, into] = parameters.get(weight) as [number, number];
      const { values: rows, scales } = quantiseRows(values(weight), out, SEVEN_BITS);
      const matrix = graph.weights(`${weight}_quantized`, transposed(rows, out), [into, out]);
      const channels = graph.weights(`${weight}_scale`, scales, [out]);
      const { whole, scale, zero } = quantised(x);
      const shape = [...x.shape.slice(0, -1), out];
      const [product] = graph.add('MatMulInteger', [whole, matrix, zero], [{ type: 'int32', shape }]);
      const y = mul(toFloat(product), mul(scale, channels));
      return parameters.has(`${name}.bias`) ? add(y, parameter(`${name}.bias`)) : y;
    },
    words(table, ids) {
      const [rows, width] = parameters.get(table.name) as [number, number];
      const { values: whole, scales } = quantiseRows(values(table.name), rows);
      const taken = gather(graph.weights(`${table.name}_quantized`, whole, [rows, width]), ids);
      return mul(toFloat(taken), gather(graph.weights(`${table.name}_scale`, scales, [rows, 1]), ids));
    },
  };
}

/** x = (whole − zero) · scale, nearly. */
interface QuantisedInput {
  readonly whole: Value;
  readonly scale: Value;
  readonly zero: Value;
}

function quantise(x: Value): QuantisedInput {
  const outputs = [
    { type: 'uint8', shape: x.shape },
    { type: 'float32', shape: [] },
    { type: 'uint8', shape: [] },
  ] as const;
  const [whole, scale, zero] = x.graph.add('DynamicQuantizeLinear', [x], outputs) as [Value, Value, Value];
  return { whole, scale, zero };
}
