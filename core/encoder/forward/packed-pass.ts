import {
  add,
  concat,
  type Graph,
  gather,
  mul,
  range,
  recomputed,
  reshape,
  type Shape,
  splitAt,
  sub,
  toFloat,
  unsqueeze,
  type Value,
} from '../../autodiff/index.ts';
import { type Encoder, type ForwardPass, project } from '../architectures/index.ts';
import { type LengthGroup, packedAttention } from './attention.ts';
import { parametric } from './parametric.ts';
import { type Pooling, pool } from './pooling.ts';

/*
 * Packed batches: the tokens of all texts one after another, without padding, so that dense layers work on real tokens only; attention alone
 * pads, within groups of texts of similar length. The inputs declared here are filled by packing.ts.
 */
export interface PackedLayout {
  /** Runs of texts of similar length that go through the layers one after another, so that their activations stay in the caches. */
  readonly chunks: number;
  /** Length groups of attention in a chunk. */
  readonly groups: number;
  /** Also declare what only the gradient needs, and drop out. */
  readonly train: boolean;
  /** Rate of every dropout; default: the model's own. */
  readonly dropout?: number;
  /** Of so many first layers, keep only the inputs for the gradient; default 0. The last one is always kept: its gradient is due at once. */
  readonly recompute?: number;
  readonly pooling: Pooling;
}

/** Whether the last layer is computed for the pooled tokens alone: where one token stands for a text, nobody looks at the others. */
export function isNarrow(encoder: Encoder, pooling: Pooling): boolean {
  return pooling !== 'mean' && encoder.lastLayer !== undefined;
}

/** A mask that training feeds: `shape` in the dimension names of the batch. */
export interface DropoutSite {
  readonly input: string;
  readonly rate: number;
  readonly shape: Shape;
}

export interface PackedRows {
  /** One pooled and projected row a text, [texts, `rowWidth`], not normalised. */
  readonly rows: Value;
  readonly dropout: readonly DropoutSite[];
}

/** Texts to pooled rows, over inputs that `packBatch` makes. */
export function packedRows(
  graph: Graph,
  encoder: Encoder,
  parameter: (name: string) => Value,
  layout: PackedLayout,
): PackedRows {
  const sites: DropoutSite[] = [];
  const over = (part: Part) => packedPass(graph, encoder, parameter, layout, part, sites);
  const whole = over({ at: '', tokens: 'tokens', groups: [] });
  const embedded = graph.within('embeddings', () => encoder.embed(whole));
  const narrow = isNarrow(encoder, layout.pooling);
  const states = splitChunks(embedded, layout.chunks).map((chunk, c) => {
    const at = `.${c}`;
    const groups = lengthGroups(graph, encoder, layout, c);
    const layer = encoder.stack(over({ at, tokens: chunk.shape[0] as string, groups }));
    const last = encoder.layers - 1;
    const layers = Array.from({ length: encoder.layers }, (_, index) => (x: Value) => layer(index, x));
    if (narrow) layers[last] = lastLayer(graph, encoder, groups, (part) => over({ at: `.last${at}`, ...part }), c);
    return layers.reduce<Value>(
      (x, make, index) =>
        graph.within(`layer.${index}`, () =>
          index < Math.min(layout.recompute ?? 0, last) ? recomputed(x, make) : make(x),
        ),
      chunk,
    );
  });
  const dim = narrow ? 'pooled' : 'tokens';
  const final = states.length > 1 ? concat(states, 0, dim) : reshape(states[0] as Value, [dim, encoder.hidden]);
  const finished = graph.within('finish', () => encoder.finish?.(final, whole) ?? final);
  const pooled = graph.within('pooling', () => pool(graph.input('pooling', 'float32', ['texts', dim]), finished));
  return { rows: graph.within('projections', () => project(pooled, encoder, whole)), dropout: sites };
}

/** The last layer for the pooled token of each text of a chunk, over the states of all its tokens. */
function lastLayer(
  graph: Graph,
  encoder: Encoder,
  groups: readonly LengthGroup[],
  over: (part: Omit<Part, 'at'>) => ForwardPass,
  chunk: number,
): (x: Value) => Value {
  const pooled = graph.input(`pooled.${chunk}`, 'int32', [`pooled.${chunk}`]);
  const asking = groups.map((group, i) => {
    const g = chunk * groups.length + i;
    const [texts] = group.padding.shape as [string];
    const rows = graph.input(`asking.${g}`, 'int32', [texts, encoder.heads, 1]);
    return { ...group, queries: { rows, places: graph.input(`asked.${g}`, 'int32', [texts, encoder.heads]) } };
  });
  const pass = over({ tokens: `pooled.${chunk}`, groups: asking });
  return (x) => encoder.lastLayer?.(gather(x, pooled, { distinct: true }), x, pass) as Value;
}

function splitChunks(x: Value, chunks: number): Value[] {
  if (chunks === 1) return [x];
  const sizes = x.graph.input('sizes', 'int64', [chunks]);
  return splitAt(
    x,
    sizes,
    Array.from({ length: chunks }, (_, c) => `tokens.${c}`),
    0,
  );
}

/** What a pass may ask of the batch: inputs whose names end in `at`, over `tokens` tokens in `groups`. */
interface Part {
  readonly at: string;
  readonly tokens: string;
  readonly groups: readonly LengthGroup[];
}

function lengthGroups(graph: Graph, { heads }: Encoder, { groups, train }: PackedLayout, chunk: number): LengthGroup[] {
  return Array.from({ length: groups }, (_, i): LengthGroup => {
    const g = chunk * groups + i;
    const [texts, longest, members] = [`texts.${g}`, `longest.${g}`, `members.${g}`];
    return {
      keys: {
        rows: graph.input(`rows.${g}`, 'int32', [texts, heads, longest]),
        places: graph.input(`places.${g}`, 'int32', [members, heads]),
        ...(train && { real: graph.input(`real.${g}`, 'float32', [texts, 1, longest, 1]) }),
      },
      padding: graph.input(`padding.${g}`, 'float32', [texts, 1, 1, longest]),
    };
  });
}

function packedPass(
  graph: Graph,
  encoder: Encoder,
  parameter: (name: string) => Value,
  { train, dropout }: PackedLayout,
  { at, tokens, groups }: Part,
  sites: DropoutSite[],
): ForwardPass {
  const inputs = new Map<string, Value>();
  const input = (name: string, type: 'float32' | 'int32', shape: Shape) => {
    const value = inputs.get(name) ?? graph.input(`${name}${at}`, type, shape);
    inputs.set(name, value);
    return value;
  };
  const mask = (modelRate: number, site: string, shape: Shape) => {
    const rate = dropout ?? modelRate;
    if (!train || rate === 0) return undefined;
    const name = `mask.${site}`;
    if (!inputs.has(name)) sites.push({ input: `${name}${at}`, rate, shape });
    return input(name, 'float32', shape);
  };
  /** By way of the distinct rows: each is fetched once, and the gradient reaches each once. */
  const rows = (table: Value, distinct: Value, index: Value) =>
    gather(gather(table, distinct, { distinct: true }), index);
  return {
    ...parametric(graph, encoder, parameter),
    words: (table) => rows(table, input('words', 'int32', ['words']), input('word', 'int32', [tokens])),
    positions(table, first = 0) {
      const used = input('positions', 'int32', ['positions']);
      const shifted = first === 0 ? used : add(used, graph.int(first, [], 'int32'));
      return rows(table, shifted, input('position', 'int32', [tokens]));
    },
    types: (table) => gather(table, graph.int([0]), { distinct: true }),
    place: () => input('place', 'float32', [tokens, 1]),
    scoreBias: (make) => groups.map(({ padding }) => make(distances(graph, padding.shape[3] as string))),
    attention: (q, k, v, { size, scale = 1 / Math.sqrt(size), bias, dropout: rate = 0, site }) =>
      packedAttention(
        q,
        k,
        v,
        groups.map((group, g) => {
          const { keys, queries = keys } = group;
          const kept = mask(rate, `${site}.${g}`, [...queries.rows.shape, keys.rows.shape[2] as string]);
          return { ...group, ...(bias && { bias: bias[g] }), ...(kept && { mask: kept }) };
        }),
        { size, scale },
      ),
    dropout(x, rate, site) {
      const kept = mask(rate, site, x.shape);
      return kept ? mul(x, kept) : x;
    },
  };
}

/** Key's place − query's place, [length, length]. */
export function distances(graph: Graph, length: string): Value {
  const places = toFloat(range(graph, length));
  return sub(unsqueeze(places, [0]), unsqueeze(places, [1]));
}
