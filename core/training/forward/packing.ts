import { Tensor } from 'onnxruntime-node';
import { lengthGroups } from './length-groups.ts';
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

/**
 * The feeds of `packedRows` for texts given as rows of the word table; row i of the result is text i.
 * @param texts At least one token each, and at least `chunks · groups` of them.
 */
export function packBatch(
  texts: readonly (readonly number[])[],
  { heads, chunks, groups, pooling }: { heads: number; chunks: number; groups: number; pooling: Pooling },
): Batch {
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
  const place = new Float32Array(tokens);
  const weights = new Float32Array(texts.length * tokens);
  let begin = 0;
  for (const [g, group] of lengthGroups(
    texts.map((text) => text.length),
    chunks * groups,
  ).entries()) {
    const inChunk = dims.get(`tokens.${Math.floor(g / groups)}`) ?? 0;
    const map = groupMap(
      group.map((i) => texts[i].length),
      heads,
      inChunk,
    );
    Object.assign(feeds, named(map, g));
    for (const i of group) {
      for (const [at, id] of texts[i].entries()) {
        ids[begin + at] = id;
        position[begin + at] = at;
        place[begin + at] = at;
        weights[i * tokens + begin + at] = poolingWeight(pooling, at, texts[i].length);
      }
      begin += texts[i].length;
    }
    const size = group.reduce((n, i) => n + texts[i].length, 0);
    dims.set(`texts.${g}`, group.length).set(`longest.${g}`, map.padding.dims[3] as number);
    dims.set(`tokens.${Math.floor(g / groups)}`, inChunk + size);
  }
  const distinct = Int32Array.from(new Set(ids)).sort();
  const index = new Map(Array.from(distinct, (id, i) => [id, i]));
  feeds.words = int32(distinct);
  feeds.word = int32(ids.map((id) => index.get(id) as number));
  feeds.positions = int32(Int32Array.from({ length: longest }, (_, i) => i));
  feeds.position = int32(position);
  feeds.pooling = new Tensor('float32', weights, [texts.length, tokens]);
  const sizes = Array.from({ length: chunks }, (_, c) => dims.get(`tokens.${c}`) as number);
  feeds.sizes = new Tensor('int64', BigInt64Array.from(sizes, BigInt), [chunks]);
  for (let c = 0, from = 0; c < chunks; from += sizes[c++])
    feeds[`place.${c}`] = new Tensor('float32', place.subarray(from, from + sizes[c]), [sizes[c], 1]);
  return { feeds, dims };
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

function named(map: GroupMap, g: number): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(map).map(([name, tensor]) => [`${name}.${g}`, tensor]));
}

function int32(values: Int32Array): Tensor {
  return new Tensor('int32', values, [values.length]);
}
