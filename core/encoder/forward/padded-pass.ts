import {
  add,
  div,
  erf,
  expand,
  type Graph,
  gather,
  mean,
  mul,
  range,
  reshape,
  sqrt,
  sub,
  toFloat,
  unsqueeze,
  type Value,
} from '../../autodiff/index.ts';
import type { Encoder, ForwardPass } from '../architectures/index.ts';
import { paddedAttention } from './attention.ts';
import { distances } from './packed-pass.ts';
import { parametric } from './parametric.ts';

/** What a pass may do in its own way. */
export interface PaddedParts {
  dense: ForwardPass['dense'];
  /** Rows of the word table. */
  words(table: Value, ids: Value): Value;
}

const [TEXTS, LENGTH] = ['batch', 'sequence'];

/**
 * Last hidden states [batch, sequence, hidden] of int64 `input_ids`, `attention_mask` and, where the model has them, `token_type_ids`, all
 * [batch, sequence], in operators of plain ONNX (opset 18): for the exported model.
 * @param given What is done in another way, as int8 does dense layers.
 */
export function paddedStates(
  graph: Graph,
  encoder: Encoder,
  parameter: (name: string) => Value,
  given?: PaddedParts,
): Value {
  const input = (name: string) => graph.input(name, 'int64', [TEXTS, LENGTH]);
  const [ids, mask] = [input('input_ids'), input('attention_mask')];
  const types = encoder.hasTokenTypes ? input('token_type_ids') : undefined;
  const flat = (x: Value) => reshape(x, ['tokens']);
  const places = flat(expand(range(graph, LENGTH), ids.shape));
  const padding = unsqueeze(mul(sub(toFloat(mask), 1), 1e9), [1, 2]);
  const pass: ForwardPass = {
    ...parametric(graph, encoder, parameter),
    ...(given && { dense: given.dense }),
    words: (table) => (given?.words ?? gather)(table, flat(ids)),
    positions: (table, first = 0) => gather(table, first === 0 ? places : add(places, graph.int(first))),
    types: (table) => gather(table, types ? flat(types) : graph.int([0])),
    place: () => toFloat(unsqueeze(places, [1])),
    scoreBias: (make) => [make(distances(graph, LENGTH))],
    attention: (q, k, v, { size, scale = 1 / Math.sqrt(size), bias = [] }) =>
      paddedAttention(q, k, v, [padding, ...bias], { texts: TEXTS, length: LENGTH, heads: encoder.heads, size, scale }),
    dropout: (x) => x,
    // The standard operators Gelu and RMSNormalization came with opsets 20 and 23, which fewer runtimes have.
    gelu: (x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
    rmsNorm: (x, weight, epsilon) => mul(div(x, sqrt(add(mean(mul(x, x), [-1], { keep: true }), epsilon))), weight),
  };
  const layer = encoder.stack(pass);
  let x = graph.within('embeddings', () => encoder.embed(pass));
  for (let index = 0; index < encoder.layers; index++) x = graph.within(`layer.${index}`, () => layer(index, x));
  const last = graph.within('finish', () => encoder.finish?.(x, pass) ?? x);
  return reshape(last, [TEXTS, LENGTH, encoder.hidden]);
}
