import { Tensor } from 'onnxruntime-node';
import type { Graph, Value } from './autodiff/index.ts';
import { lengthGroups } from './length-groups.ts';
import { type LengthGroup, packedAttention } from './models/attention.ts';
import { bertEncoder, embed, type TokenLayout } from './models/bert.ts';
import type { BertConfig } from './models/bert-config.ts';
import { normalise, type Pooling, pool, poolingWeight } from './pooling.ts';

/*
 * Packed batches: the tokens of all texts one after another, without padding, so that dense layers work on real tokens only; attention alone
 * pads, within groups of texts of similar length. `packedRows` declares the graph inputs that `packBatch` fills.
 */
const PADDING_BIAS = -1e9;

/**
 * Texts to L2-normalised rows [texts, hidden], over inputs that `packBatch` makes.
 * @param groups Length groups of attention; a batch must have at least as many texts.
 * @param train Also declare what only the gradient needs.
 */
export function packedRows(
  graph: Graph,
  config: BertConfig,
  parameter: (name: string) => Value,
  { groups, train }: { groups: number; train: boolean },
): Value {
  const { num_attention_heads: heads, hidden_size: hidden } = config;
  const word = { distinct: graph.input('words', 'int64', ['words']), index: graph.input('word', 'int64', ['tokens']) };
  const place = {
    distinct: graph.input('positions', 'int64', ['positions']),
    index: graph.input('position', 'int64', ['tokens']),
  };
  const lengths = Array.from({ length: groups }, (_, g): LengthGroup => {
    const [texts, longest, tokens] = [`texts.${g}`, `longest.${g}`, `tokens.${g}`];
    return {
      rows: graph.input(`rows.${g}`, 'int64', [texts, heads, longest]),
      places: graph.input(`places.${g}`, 'int64', [tokens, heads]),
      bias: graph.input(`bias.${g}`, 'float32', [texts, 1, 1, longest]),
      ...(train && { real: graph.input(`real.${g}`, 'float32', [texts, 1, longest, 1]) }),
    };
  });
  const layout: TokenLayout = {
    words: (table) => embed(table, word.distinct, word.index),
    positions: (table) => embed(table, place.distinct, place.index),
    types: (table) => embed(table, graph.int([0]), graph.int([0])),
    attention: (q, k, v) => packedAttention(q, k, v, lengths, hidden / heads),
  };
  const states = bertEncoder(config, parameter, layout);
  return graph.within('pooling', () => normalise(pool(graph.input('pooling', 'float32', ['texts', 'tokens']), states)));
}

export interface Batch {
  readonly feeds: Record<string, Tensor>;
  readonly tokens: number;
}

/**
 * The feeds of `packedRows` for texts given as token ids; row i of the result is text i.
 * @param texts At least one token each.
 */
export function packBatch(
  texts: readonly (readonly number[])[],
  { heads, groups, pooling, train }: { heads: number; groups: number; pooling: Pooling; train: boolean },
): Batch {
  const tokens = texts.reduce((n, text) => n + text.length, 0);
  const longest = texts.reduce((n, text) => Math.max(n, text.length), 0);
  const feeds: Record<string, Tensor> = {};
  const ids: number[] = [];
  const position = new BigInt64Array(tokens);
  const weights = new Float32Array(texts.length * tokens);
  for (const [g, group] of lengthGroups(
    texts.map((text) => text.length),
    groups,
  ).entries()) {
    const first = ids.length;
    const padded = group.reduce((n, i) => Math.max(n, texts[i].length), 0);
    const size = group.reduce((n, i) => n + texts[i].length, 0);
    const rows = new BigInt64Array(group.length * heads * padded);
    const places = new BigInt64Array(size * heads);
    const bias = new Float32Array(group.length * padded).fill(PADDING_BIAS);
    const real = new Float32Array(group.length * padded);
    for (const [t, i] of group.entries()) {
      const text = texts[i];
      const begin = ids.length;
      for (const [at, id] of text.entries()) {
        const token = begin + at;
        ids.push(id);
        position[token] = BigInt(at);
        weights[i * tokens + token] = poolingWeight(pooling, at, text.length);
        bias[t * padded + at] = 0;
        real[t * padded + at] = 1;
      }
      for (let head = 0; head < heads; head++)
        for (let at = 0; at < padded; at++) {
          const place = (t * heads + head) * padded + at;
          const isReal = at < text.length;
          rows[place] = BigInt((begin + (isReal ? at : 0)) * heads + head);
          if (isReal) places[(begin + at - first) * heads + head] = BigInt(place);
        }
    }
    feeds[`rows.${g}`] = new Tensor('int64', rows, [group.length, heads, padded]);
    feeds[`places.${g}`] = new Tensor('int64', places, [size, heads]);
    feeds[`bias.${g}`] = new Tensor('float32', bias, [group.length, 1, 1, padded]);
    if (train) feeds[`real.${g}`] = new Tensor('float32', real, [group.length, 1, padded, 1]);
  }
  const distinct = [...new Set(ids)].sort((a, b) => a - b);
  const index = new Map(distinct.map((id, i) => [id, i]));
  feeds.words = int64(distinct);
  feeds.word = int64(ids.map((id) => index.get(id) as number));
  feeds.positions = int64(Array.from({ length: longest }, (_, i) => i));
  feeds.position = new Tensor('int64', position, [tokens]);
  feeds.pooling = new Tensor('float32', weights, [texts.length, tokens]);
  return { feeds, tokens };
}

function int64(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
}
