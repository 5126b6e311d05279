import { Tensor } from 'onnxruntime-node';
import type { Shape } from '../../autodiff/index.ts';
import { MASKED } from '../architectures/architecture.ts';
import type { Encoder } from '../architectures/index.ts';
import { lengthGroups } from './length-groups.ts';
import { narrowsLastLayer, type PackedLayout } from './packed-pass.ts';
import { type Pooling, poolingWeight } from './pooling.ts';

/*
 * Makes the data for the inputs that packed-pass.ts declares.
 */

export interface Batch {
  readonly feeds: Record<string, Tensor>;
  /** Sizes of the named dimensions. */
  readonly dims: ReadonlyMap<string, number>;
}

export interface Packing extends Pick<PackedLayout, 'chunks' | 'groups' | 'pooling'> {
  readonly encoder: Encoder;
}

/** How the texts of a batch are arranged. Texts are given by index; indices beyond the batch are fillers. */
export interface Arrangement {
  /** Texts in the order in which they are packed. */
  readonly order: readonly number[];
  /** Tokens of each text, fillers included. */
  readonly lengths: readonly number[];
  /** Texts of each length group. */
  readonly groups: readonly (readonly number[])[];
  /** Sizes of the named dimensions. */
  readonly dims: ReadonlyMap<string, number>;
}

/** @param lengths Tokens of each text, at least one. */
export function arrange(lengths: readonly number[], { chunks, groups }: Packing): Arrangement {
  // Every group must have a text. If there are too few, fillers of one token are added, which are not pooled.
  const filled = [...lengths, ...Array.from({ length: chunks * groups - lengths.length }, () => 1)];
  const sorted = lengthGroups(filled, chunks * groups);
  const order = sorted.flat();
  const dims = new Map([
    ['tokens', sum(lengthsOf(order, filled))],
    ['texts', lengths.length],
  ]);
  for (const [g, group] of sorted.entries())
    dims.set(`texts.${g}`, group.length).set(`longest.${g}`, Math.max(...lengthsOf(group, filled)));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const texts = sorted.slice(chunk * groups, (chunk + 1) * groups).flat();
    dims.set(`tokens.${chunk}`, sum(lengthsOf(texts, filled))).set(`pooled.${chunk}`, texts.length);
  }
  return { order, lengths: filled, groups: sorted, dims };
}

/** A shape with its named dimensions replaced by their sizes. */
export function sizesOf(shape: Shape, dims: ReadonlyMap<string, number>): number[] {
  return shape.map((dim) => (typeof dim === 'string' ? (dims.get(dim) as number) : dim));
}

/**
 * Makes the feeds of `packedEmbeddings`.
 * @param texts Each as rows of the token embedding table, at least one. Embedding i belongs to text i.
 */
export function packBatch(texts: readonly (readonly number[])[], packing: Packing): Batch {
  const arrangement = arrange(
    texts.map((text) => text.length),
    packing,
  );
  const { order, lengths, dims } = arrangement;
  const tokens = dims.get('tokens') as number;
  const longest = Math.max(...lengths);
  const feeds: Record<string, Tensor> = {};
  const ids = new Int32Array(tokens);
  const positions = new Int32Array(tokens);
  const filler = texts[0]?.slice(0, 1) ?? [];
  let begin = 0;
  for (const i of order) {
    const length = lengths[i] as number;
    ids.set(texts[i] ?? filler, begin);
    for (let position = 0; position < length; position++) positions[begin + position] = position;
    begin += length;
  }
  const distinct = Int32Array.from(new Set(ids)).sort();
  const indexOf = new Map(Array.from(distinct, (id, index) => [id, index]));
  feeds.distinctTokens = int32(distinct);
  feeds.tokenIndex = int32(ids.map((id) => indexOf.get(id) as number));
  feeds.distinctPositions = int32(Int32Array.from({ length: longest }, (_, position) => position));
  feeds.positionIndex = int32(positions);
  feedChunks(feeds, arrangement, positions, packing);
  const narrow = narrowsLastLayer(packing.encoder, packing.pooling);
  if (narrow) feedPooled(feeds, arrangement, packing);
  feeds.pooling = poolingMatrix(arrangement, texts.length, narrow ? undefined : packing.pooling);
  return { feeds, dims };
}

/** The inputs of chunks and length groups. */
function feedChunks(
  feeds: Record<string, Tensor>,
  { groups: sorted, lengths, dims }: Arrangement,
  positions: Int32Array,
  { encoder, chunks, groups }: Packing,
): void {
  const sizes = Array.from({ length: chunks }, (_, c) => dims.get(`tokens.${c}`) as number);
  feeds.chunkSizes = new Tensor('int64', BigInt64Array.from(sizes, BigInt), [chunks]);
  let begin = 0;
  for (const [c, size] of sizes.entries()) {
    const ofChunk = Float32Array.from(positions.subarray(begin, begin + size));
    feeds[`positions.${c}`] = new Tensor('float32', ofChunk, [size, 1]);
    let first = 0;
    for (const [i, group] of sorted.slice(c * groups, (c + 1) * groups).entries()) {
      const groupLengths = lengthsOf(group, lengths);
      const g = c * groups + i;
      for (const [input, tensor] of Object.entries(groupFeeds(groupLengths, encoder.heads, first)))
        feeds[`${input}.${g}`] = tensor;
      first += sum(groupLengths);
    }
    begin += size;
  }
}

/** The inputs of a last layer that is computed only for pooled tokens. */
function feedPooled(
  feeds: Record<string, Tensor>,
  { groups: sorted, lengths }: Arrangement,
  { encoder: { heads }, chunks, groups, pooling }: Packing,
): void {
  for (let chunk = 0; chunk < chunks; chunk++) {
    const pooled: number[] = [];
    let begin = 0;
    for (const [i, texts] of sorted.slice(chunk * groups, (chunk + 1) * groups).entries()) {
      const g = chunk * groups + i;
      const rows = Int32Array.from({ length: texts.length * heads }, (_, row) => pooled.length * heads + row);
      feeds[`queriesToPadded.${g}`] = new Tensor('int32', rows, [texts.length, heads, 1]);
      const places = rows.map((_, place) => place);
      feeds[`queriesToPacked.${g}`] = new Tensor('int32', places, [texts.length, heads]);
      for (const length of lengthsOf(texts, lengths)) {
        pooled.push(pooling === 'cls' ? begin : begin + length - 1);
        begin += length;
      }
    }
    feeds[`pooled.${chunk}`] = int32(Int32Array.from(pooled));
  }
}

/**
 * The matrix that pools packed states, [texts, states].
 * @param texts Number of texts without fillers.
 * @param pooling Undefined if there is one state for each text.
 */
function poolingMatrix({ order, lengths, dims }: Arrangement, texts: number, pooling: Pooling | undefined): Tensor {
  const width = pooling ? (dims.get('tokens') as number) : order.length;
  const weights = new Float32Array(texts * width);
  let begin = 0;
  for (const i of order) {
    const length = pooling ? (lengths[i] as number) : 1;
    if (i < texts)
      for (let position = 0; position < length; position++)
        weights[i * width + begin + position] = pooling ? poolingWeight(pooling, position, length) : 1;
    begin += length;
  }
  return new Tensor('float32', weights, [texts, width]);
}

type GroupFeeds = Readonly<Record<'toPadded' | 'toPacked' | 'paddingBias' | 'isToken', Tensor>>;

/**
 * The inputs of one length group; see `LengthGroup`.
 * @param first Index of the group's first token in its chunk.
 */
function groupFeeds(lengths: readonly number[], heads: number, first: number): GroupFeeds {
  const texts = lengths.length;
  const longest = Math.max(...lengths);
  const tokens = sum(lengths);
  const toPadded = new Int32Array(texts * heads * longest);
  const toPacked = new Int32Array(tokens * heads);
  const paddingBias = new Float32Array(texts * longest).fill(MASKED);
  const isToken = new Float32Array(texts * longest);
  let begin = 0;
  for (const [t, length] of lengths.entries()) {
    paddingBias.fill(0, t * longest, t * longest + length);
    isToken.fill(1, t * longest, t * longest + length);
    for (let head = 0; head < heads; head++)
      for (let position = 0; position < longest; position++) {
        const place = (t * heads + head) * longest + position;
        // Padding repeats the first token of the text, which always exists.
        toPadded[place] = (first + begin + (position < length ? position : 0)) * heads + head;
        if (position < length) toPacked[(begin + position) * heads + head] = place;
      }
    begin += length;
  }
  return {
    toPadded: new Tensor('int32', toPadded, [texts, heads, longest]),
    toPacked: new Tensor('int32', toPacked, [tokens, heads]),
    paddingBias: new Tensor('float32', paddingBias, [texts, 1, 1, longest]),
    isToken: new Tensor('float32', isToken, [texts, 1, longest, 1]),
  };
}

function lengthsOf(texts: readonly number[], lengths: readonly number[]): number[] {
  return texts.map((i) => lengths[i] as number);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}

function int32(values: Int32Array): Tensor {
  return new Tensor('int32', values, [values.length]);
}
