import { Tensor } from 'onnxruntime-node';
import type { Shape } from '../../autodiff/index.ts';
import type { Encoder } from '../architectures/index.ts';
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

/** How the texts of a batch are arranged. */
export interface Arrangement {
  /** Texts, by index, in the order they lie packed; those beyond the batch's own fill up its groups. */
  readonly order: readonly number[];
  /** Tokens of each text, the fillers' included. */
  readonly lengths: readonly number[];
  /** Texts of each length group. */
  readonly groups: readonly (readonly number[])[];
  /** Sizes of the graph's named dimensions. */
  readonly dims: ReadonlyMap<string, number>;
}

/** @param lengths Tokens of each text, at least one. */
export function arrange(lengths: readonly number[], { chunks, groups }: Packing): Arrangement {
  // Every group has a text: where there are too few, ones of a single token that no pooling looks at.
  const filled = [...lengths, ...Array.from({ length: chunks * groups - lengths.length }, () => 1)];
  const sorted = lengthGroups(filled, chunks * groups);
  const order = sorted.flat();
  const sum = (texts: readonly number[]) => texts.reduce((n, i) => n + filled[i], 0);
  const dims = new Map([
    ['tokens', sum(order)],
    ['texts', lengths.length],
  ]);
  for (const [g, group] of sorted.entries())
    dims.set(`texts.${g}`, group.length).set(`longest.${g}`, Math.max(...group.map((i) => filled[i])));
  for (let chunk = 0; chunk < chunks; chunk++) {
    const texts = sorted.slice(chunk * groups, (chunk + 1) * groups).flat();
    dims.set(`tokens.${chunk}`, sum(texts)).set(`pooled.${chunk}`, texts.length);
  }
  return { order, lengths: filled, groups: sorted, dims };
}

/** A shape in named dimensions, in numbers. */
export function sizesOf(shape: Shape, dims: ReadonlyMap<string, number>): number[] {
  return shape.map((dim) => (typeof dim === 'string' ? (dims.get(dim) as number) : dim));
}

/** The feeds of `packedRows` for texts given as rows of the word table, at least one token each; row i of the result is text i. */
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
  const position = new Int32Array(tokens);
  let begin = 0;
  for (const i of order) {
    ids.set(texts[i] ?? [texts[0][0]], begin);
    for (let at = 0; at < lengths[i]; at++) position[begin + at] = at;
    begin += lengths[i];
  }
  const distinct = Int32Array.from(new Set(ids)).sort();
  const index = new Map(Array.from(distinct, (id, i) => [id, i]));
  feeds.words = int32(distinct);
  feeds.word = int32(ids.map((id) => index.get(id) as number));
  feeds.positions = int32(Int32Array.from({ length: longest }, (_, i) => i));
  feeds.position = int32(position);
  feedChunks(feeds, arrangement, position, packing);
  const narrow = isNarrow(packing.encoder, packing.pooling);
  if (narrow) feedPooled(feeds, arrangement, packing);
  feeds.pooling = poolingMatrix(arrangement, texts.length, narrow ? undefined : packing.pooling);
  return { feeds, dims };
}

/** Where chunks and length groups begin and end. */
function feedChunks(
  feeds: Record<string, Tensor>,
  { groups: sorted, lengths, dims }: Arrangement,
  position: Int32Array,
  { encoder, chunks, groups }: Packing,
): void {
  const sizes = Array.from({ length: chunks }, (_, c) => dims.get(`tokens.${c}`) as number);
  feeds.sizes = new Tensor('int64', BigInt64Array.from(sizes, BigInt), [chunks]);
  let from = 0;
  for (const [c, size] of sizes.entries()) {
    feeds[`place.${c}`] = new Tensor('float32', Float32Array.from(position.subarray(from, from + size)), [size, 1]);
    let first = 0;
    for (let g = c * groups; g < (c + 1) * groups; g++) {
      const members = sorted[g].map((i) => lengths[i]);
      for (const [input, tensor] of Object.entries(groupMap(members, encoder.heads, first)))
        feeds[`${input}.${g}`] = tensor;
      first += members.reduce((n, length) => n + length, 0);
    }
    from += size;
  }
}

/** What the last layer needs where it is computed for pooled tokens alone. */
function feedPooled(
  feeds: Record<string, Tensor>,
  { groups: sorted, lengths }: Arrangement,
  { encoder: { heads }, chunks, groups, pooling }: Packing,
): void {
  for (let chunk = 0; chunk < chunks; chunk++) {
    const pooled: number[] = [];
    let begin = 0;
    for (let g = chunk * groups; g < (chunk + 1) * groups; g++) {
      const texts = sorted[g];
      const rows = Int32Array.from({ length: texts.length * heads }, (_, i) => pooled.length * heads + i);
      feeds[`asking.${g}`] = new Tensor('int32', rows, [texts.length, heads, 1]);
      feeds[`asked.${g}`] = new Tensor(
        'int32',
        rows.map((_, i) => i),
        [texts.length, heads],
      );
      for (const i of texts) {
        pooled.push(pooling === 'cls' ? begin : begin + lengths[i] - 1);
        begin += lengths[i];
      }
    }
    feeds[`pooled.${chunk}`] = int32(Int32Array.from(pooled));
  }
}

/**
 * From the states as they lie packed to a row for each of the first `texts` texts.
 * @param pooling Without one there is one state a text.
 */
function poolingMatrix({ order, lengths, dims }: Arrangement, texts: number, pooling: Pooling | undefined): Tensor {
  const width = pooling ? (dims.get('tokens') as number) : order.length;
  const weights = new Float32Array(texts * width);
  let begin = 0;
  for (const i of order) {
    const length = pooling ? lengths[i] : 1;
    if (i < texts)
      for (let at = 0; at < length; at++)
        weights[i * width + begin + at] = pooling ? poolingWeight(pooling, at, length) : 1;
    begin += length;
  }
  return new Tensor('float32', weights, [texts, width]);
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

function int32(values: Int32Array): Tensor {
  return new Tensor('int32', values, [values.length]);
}
