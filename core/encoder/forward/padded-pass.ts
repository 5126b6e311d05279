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
import { MASKED } from '../architectures/architecture.ts';
import type { Encoder, ForwardPass } from '../architectures/index.ts';
import { paddedAttention } from './attention.ts';
import { distances } from './packed-pass.ts';
import { parametric } from './parametric.ts';

/** Parts of a padded pass that can be replaced, such as by int8 arithmetic. */
export interface PassOverrides {
  dense: ForwardPass['dense'];
  /** @param ids int64 [tokens]. */
  tokenEmbeddings(table: Value, ids: Value): Value;
}

const [TEXTS, LENGTH] = ['batch', 'sequence'];

/**
 * The forward pass over a padded batch, in standard ONNX operators (opset 18), for the exported model. Declares the
 * int64 inputs `input_ids`, `attention_mask` and, if the model has them, `token_type_ids`, all [batch, sequence].
 * @returns Last hidden states, [batch, sequence, hidden].
 */
export function paddedStates(
  graph: Graph,
  encoder: Encoder,
  parameter: (name: string) => Value,
  overrides?: PassOverrides,
): Value {
  const input = (name: string) => graph.input(name, 'int64', [TEXTS, LENGTH]);
  const [ids, mask] = [input('input_ids'), input('attention_mask')];
  const types = encoder.hasTokenTypes ? input('token_type_ids') : undefined;
  const flat = (x: Value) => reshape(x, ['tokens']);
  const positions = flat(expand(range(graph, LENGTH), ids.shape));
  const paddingBias = unsqueeze(mul(sub(toFloat(mask), 1), -MASKED), [1, 2]);
  const common = parametric(graph, encoder, parameter);
  const pass: ForwardPass = {
    ...common,
    dense: overrides?.dense ?? common.dense,
    tokenEmbeddings: (table) => (overrides?.tokenEmbeddings ?? gather)(table, flat(ids)),
    positionEmbeddings: (table, first = 0) => gather(table, first === 0 ? positions : add(positions, graph.int(first))),
    tokenTypeEmbeddings: (table) => gather(table, types ? flat(types) : graph.int([0])),
    positions: () => toFloat(unsqueeze(positions, [1])),
    scoreBias: (compute) => [compute(distances(graph, LENGTH))],
    attention(q, k, v, { headWidth, scale = 1 / Math.sqrt(headWidth), bias = [] }) {
      const sizes = { texts: TEXTS, length: LENGTH, heads: encoder.heads, headWidth, scale };
      return paddedAttention(q, k, v, [paddingBias, ...bias], sizes);
    },
    dropout: (x) => x,
    // Gelu and RMSNormalization became standard operators with opsets 20 and 23, which fewer runtimes support.
    gelu: (x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
    rmsNorm: (x, weight, epsilon) => mul(div(x, sqrt(add(mean(mul(x, x), [-1], { keep: true }), epsilon))), weight),
  };
  const layer = encoder.stack(pass);
  let x = graph.within('embeddings', () => encoder.embed(pass));
  for (let index = 0; index < encoder.layers; index++) x = graph.within(`layer.${index}`, () => layer(index, x));
  const last = graph.within('finish', () => encoder.finish?.(x, pass) ?? x);
  return reshape(last, [TEXTS, LENGTH, encoder.hidden]);
}
