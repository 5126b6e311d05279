import { Tensor } from 'onnxruntime-node';
import type { Encoder } from '../models/index.ts';
import { lengthGroups } from './length-groups.ts';
import { isNarrow, type PackedLayout } from './packed-pass.ts';
import { type Pooling, poolingWeight } from './pooling.ts';

/*
 * Makes the inputs that packed-pass.ts declares.
 */
const PADDING = -1e9;

export interface Batch {
  readonly feeds: Record<string, Tensor>;
  /** Sizes of the graph's named dimensions. */
  readonly dims: ReadonlyMap<string, number>;
}

export interface Packing extends Pick<PackedLayout, 'chunks' | 'groups' | 'pooling'> {
  readonly encoder: Encoder;
}

/**
 * The feeds of `packedRows` for texts given as rows of the word table; row i of the result is text i.
 * @param texts At least one token each, and at least `chunks · groups` of them.
 */
export function packBatch(texts: readonly (readonly number[])[], { encoder, chunks, groups, pooling }: Packing): Batch {
  const { heads } = encoder;
  const tokens = texts.reduce((n, text) => n + text.length, 0);
  const longest = texts.reduce((n, text) => Math.max(n, text.length), 0);
  const feeds: Record<string, Tensor> = {};
  const dims = new Map([
    ['tokens', tokens],
    ['texts', texts.length],
    ['positions', longest],
  ]);
  const ids = new Int32Array(tokens);
  const position = new Int32Array(tokens);
  const order: number[] = [];
  const lengths = texts.map((text) => text.length);
  for (const [g, group] of lengthGroups(lengths, chunks * groups).entries()) {
    const chunk = `tokens.${Math.floor(g / groups)}`;
    const first = dims.get(chunk) ?? 0;
    const sizes = group.map((i) => lengths[i]);
    name(feeds, g, groupMap(sizes, heads, first));
    dims
      .set(`texts.${g}`, group.length)
      .set(`longest.${g}`, Math.max(...sizes))
      .set(chunk, first + sizes.reduce((n, size) => n + size, 0));
    order.push(...group);
  }
  let begin = 0;
  for (const i of order) {
    ids.set(texts[i], begin);
    for (let at = 0; at < lengths[i]; at++) position[begin + at] = at;
    begin += lengths[i];
  }
  const distinct = Int32Array.from(new Set(ids)).sort();
  const index = new Map(Array.from(distinct, (id, i) => [id, i]));
  feeds.words = int32(distinct);
  feeds.word = int32(ids.map((id) => index.get(id) as number));
  feeds.positions = int32(Int32Array.from({ length: longest }, (_, i) => i));
  feeds.position = int32(position);
  const sizes = Array.from({ length: chunks }, (_, c) => dims.get(`tokens.${c}`) as number);
  feeds.sizes = new Tensor('int64', BigInt64Array.from(sizes, BigInt), [chunks]);
  for (let c = 0, from = 0; c < chunks; from += sizes[c++])
    feeds[`place.${c}`] = new Tensor('float32', Float32Array.from(position.subarray(from, from + sizes[c])), [
      sizes[c],
      1,
    ]);
  if (isNarrow(encoder, pooling))
    narrow(
      feeds,
      dims,
      order.map((i) => lengths[i]),
      { encoder, chunks, groups, pooling },
    );
  feeds.pooling = poolingMatrix(order, lengths, isNarrow(encoder, pooling) ? undefined : pooling);
  return { feeds, dims };
}

/**
 * What the last layer needs where it is computed for pooled tokens alone.
 * @param lengths Of the texts as they lie packed.
 */
function narrow(
  feeds: Record<string, Tensor>,
  dims: Map<string, number>,
  lengths: readonly number[],
  { encoder: { heads }, chunks, groups, pooling }: Packing,
): void {
  let text = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const pooled: number[] = [];
    let begin = 0;
    for (let g = chunk * groups; g < (chunk + 1) * groups; g++) {
      const texts = dims.get(`texts.${g}`) as number;
      const rows = Int32Array.from({ length: texts * heads }, (_, i) => pooled.length * heads + i);
      feeds[`asking.${g}`] = new Tensor('int32', rows, [texts, heads, 1]);
      feeds[`asked.${g}`] = new Tensor(
        'int32',
        rows.map((_, i) => i),
        [texts, heads],
      );
      for (let i = 0; i < texts; i++) {
        const length = lengths[text++];
        pooled.push(pooling === 'cls' ? begin : begin + length - 1);
        begin += length;
      }
    }
    feeds[`pooled.${chunk}`] = int32(Int32Array.from(pooled));
    dims.set(`pooled.${chunk}`, pooled.length);
  }
}

/**
 * From the states as they lie packed to a row for each text, in the texts' own order.
 * @param pooling Without one there is one state a text.
 */
function poolingMatrix(order: readonly number[], lengths: readonly number[], pooling: Pooling | undefined): Tensor {
  const width = pooling ? lengths.reduce((n, length) => n + length, 0) : order.length;
  const weights = new Float32Array(order.length * width);
  let begin = 0;
  for (const i of order) {
    const length = pooling ? lengths[i] : 1;
    for (let at = 0; at < length; at++)
      weights[i * width + begin + at] = pooling ? poolingWeight(pooling, at, length) : 1;
    begin += length;
  }
  return new Tensor('float32', weights, [order.length, width]);
}

interface GroupMap {
  readonly rows: Tensor;
  readonly places: Tensor;
  readonly padding: Tensor;
  readonly real: Tensor;
}

/**
 * Where the tokens of a length group stand among the padded places, and the other way round; see `LengthGroup`.
 * @param first Place of the group's first token in its chunk.
 */
function groupMap(lengths: readonly number[], heads: number, first: number): GroupMap {
  const longest = Math.max(...lengths);
  const size = lengths.reduce((n, length) => n + length, 0);
  const rows = new Int32Array(lengths.length * heads * longest);
  const places = new Int32Array(size * heads);
  const padding = new Float32Array(lengths.length * longest).fill(PADDING);
  const real = new Float32Array(lengths.length * longest);
  let begin = 0;
  for (const [t, length] of lengths.entries()) {
    padding.fill(0, t * longest, t * longest + length);
    real.fill(1, t * longest, t * longest + length);
    for (let head = 0; head < heads; head++)
      for (let at = 0; at < longest; at++) {
        const place = (t * heads + head) * longest + at;
        // Padding repeats the text's first token, which is always there.
        rows[place] = (first + begin + (at < length ? at : 0)) * heads + head;
        if (at < length) places[(begin + at) * heads + head] = place;
      }
    begin += length;
  }
  return {
    rows: new Tensor('int32', rows, [lengths.length, heads, longest]),
    places: new Tensor('int32', places, [size, heads]),
    padding: new Tensor('float32', padding, [lengths.length, 1, 1, longest]),
    real: new Tensor('float32', real, [lengths.length, 1, longest, 1]),
  };
}

function name(feeds: Record<string, Tensor>, g: number, map: GroupMap): void {
  for (const [input, tensor] of Object.entries(map)) feeds[`${input}.${g}`] = tensor;
}

function int32(values: Int32Array): Tensor {
  return new Tensor('int32', values, [values.length]);
}
