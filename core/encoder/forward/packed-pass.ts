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
 * The forward pass over a packed batch: the tokens of all texts lie one after another, without padding, so that dense
 * layers compute real tokens only. Only attention pads, within groups of texts of similar length. packing.ts makes the
 * data for the inputs that are declared here.
 */

export interface PackedLayout {
  /**
   * Number of chunks, texts of similar length that go through the layers one chunk after another, so that their
   * activations stay in the caches.
   */
  readonly chunks: number;
  /** Length groups of attention in each chunk. */
  readonly groups: number;
  /** Whether to declare inputs that only the gradient needs, and to apply dropout. */
  readonly train: boolean;
  /** Rate of every dropout. Default: the model's own rates. */
  readonly dropout?: number;
  /**
   * Number of layers, from the first, that are recomputed for the gradient. Default 0. The last layer never is, because
   * its gradient is needed first.
   */
  readonly recompute?: number;
  readonly pooling: Pooling;
}

/**
 * Whether the last layer is computed only for pooled tokens: if a text has a single one, the other states are not used.
 */
export function narrowsLastLayer(encoder: Encoder, pooling: Pooling): boolean {
  return pooling !== 'mean' && encoder.lastLayer !== undefined;
}

/** A dropout mask that is an input in training. Its shape consists of named dimensions of the batch. */
export interface DropoutSite {
  readonly input: string;
  readonly rate: number;
  readonly shape: Shape;
}

export interface PackedEmbeddings {
  /** [texts, `embeddingDimension`]: pooled and projected, not normalised. */
  readonly embeddings: Value;
  readonly dropout: readonly DropoutSite[];
}

/** Computes the embeddings of a batch from the inputs that `packBatch` makes. */
export function packedEmbeddings(
  graph: Graph,
  encoder: Encoder,
  parameter: (name: string) => Value,
  layout: PackedLayout,
): PackedEmbeddings {
  const sites: DropoutSite[] = [];
  const passOver = (part: Part) => packedPass(graph, encoder, parameter, layout, part, sites);
  const wholeBatch = passOver({ suffix: '', tokens: 'tokens', groups: [] });
  const embedded = graph.within('embeddings', () => encoder.embed(wholeBatch));
  const narrow = narrowsLastLayer(encoder, layout.pooling);
  const states = splitChunks(embedded, layout.chunks).map((chunk, c) => {
    const suffix = `.${c}`;
    const groups = declareLengthGroups(graph, encoder, layout, c);
    const layer = encoder.stack(passOver({ suffix, tokens: chunk.shape[0] as string, groups }));
    const last = encoder.layers - 1;
    const layers = Array.from({ length: encoder.layers }, (_, index) => (x: Value) => layer(index, x));
    if (narrow) {
      const passOverPooled = (part: Omit<Part, 'suffix'>) => passOver({ suffix: `.last${suffix}`, ...part });
      layers[last] = narrowLastLayer(graph, encoder, groups, passOverPooled, c);
    }
    return layers.reduce<Value>(
      (x, compute, index) =>
        graph.within(`layer.${index}`, () =>
          index < Math.min(layout.recompute ?? 0, last) ? recomputed(x, compute) : compute(x),
        ),
      chunk,
    );
  });
  const dim = narrow ? 'pooled' : 'tokens';
  const final = states.length > 1 ? concat(states, 0, dim) : reshape(states[0] as Value, [dim, encoder.hidden]);
  const finished = graph.within('finish', () => encoder.finish?.(final, wholeBatch) ?? final);
  const pooled = graph.within('pooling', () => pool(graph.input('pooling', 'float32', ['texts', dim]), finished));
  return { embeddings: graph.within('projections', () => project(pooled, encoder, wholeBatch)), dropout: sites };
}

/** The last layer for the pooled token of each text of a chunk, over the states of all its tokens. */
function narrowLastLayer(
  graph: Graph,
  encoder: Encoder,
  groups: readonly LengthGroup[],
  passOver: (part: Omit<Part, 'suffix'>) => ForwardPass,
  chunk: number,
): (x: Value) => Value {
  const pooled = graph.input(`pooled.${chunk}`, 'int32', [`pooled.${chunk}`]);
  const pooledGroups = groups.map((group, i) => {
    const g = chunk * groups.length + i;
    const [texts] = group.paddingBias.shape as [string];
    const toPadded = graph.input(`queriesToPadded.${g}`, 'int32', [texts, encoder.heads, 1]);
    const toPacked = graph.input(`queriesToPacked.${g}`, 'int32', [texts, encoder.heads]);
    return { ...group, queries: { toPadded, toPacked } };
  });
  const pass = passOver({ tokens: `pooled.${chunk}`, groups: pooledGroups });
  return (x) => encoder.lastLayer?.(gather(x, pooled, { distinct: true }), x, pass) as Value;
}

function splitChunks(x: Value, chunks: number): Value[] {
  if (chunks === 1) return [x];
  const sizes = x.graph.input('chunkSizes', 'int64', [chunks]);
  const dims = Array.from({ length: chunks }, (_, c) => `tokens.${c}`);
  return splitAt(x, sizes, dims, 0);
}

/** The part of a batch that a pass is over: `tokens` tokens in `groups`. Names of its inputs end in `suffix`. */
interface Part {
  readonly suffix: string;
  readonly tokens: string;
  readonly groups: readonly LengthGroup[];
}

function declareLengthGroups(
  graph: Graph,
  { heads }: Encoder,
  { groups, train }: PackedLayout,
  chunk: number,
): LengthGroup[] {
  return Array.from({ length: groups }, (_, i): LengthGroup => {
    const g = chunk * groups + i;
    const [texts, longest, tokens] = [`texts.${g}`, `longest.${g}`, `groupTokens.${g}`];
    return {
      keys: {
        toPadded: graph.input(`toPadded.${g}`, 'int32', [texts, heads, longest]),
        toPacked: graph.input(`toPacked.${g}`, 'int32', [tokens, heads]),
        isToken: train ? graph.input(`isToken.${g}`, 'float32', [texts, 1, longest, 1]) : undefined,
      },
      paddingBias: graph.input(`paddingBias.${g}`, 'float32', [texts, 1, 1, longest]),
    };
  });
}

function packedPass(
  graph: Graph,
  encoder: Encoder,
  parameter: (name: string) => Value,
  { train, dropout }: PackedLayout,
  { suffix, tokens, groups }: Part,
  sites: DropoutSite[],
): ForwardPass {
  const inputs = new Map<string, Value>();
  const input = (name: string, type: 'float32' | 'int32', shape: Shape) => {
    const value = inputs.get(name) ?? graph.input(`${name}${suffix}`, type, shape);
    inputs.set(name, value);
    return value;
  };
  const mask = (modelRate: number, site: string, shape: Shape) => {
    const rate = dropout ?? modelRate;
    if (!train || rate === 0) return undefined;
    const name = `mask.${site}`;
    if (!inputs.has(name)) sites.push({ input: `${name}${suffix}`, rate, shape });
    return input(name, 'float32', shape);
  };
  /** Reads the distinct rows first, so that each is read from the table once and gets its gradient once. */
  const lookUp = (table: Value, distinct: Value, index: Value) =>
    gather(gather(table, distinct, { distinct: true }), index);
  return {
    ...parametric(graph, encoder, parameter),
    tokenEmbeddings(table) {
      const distinct = input('distinctTokens', 'int32', ['distinctTokens']);
      return lookUp(table, distinct, input('tokenIndex', 'int32', [tokens]));
    },
    positionEmbeddings(table, first = 0) {
      const distinct = input('distinctPositions', 'int32', ['distinctPositions']);
      const shifted = first === 0 ? distinct : add(distinct, graph.int(first, [], 'int32'));
      return lookUp(table, shifted, input('positionIndex', 'int32', [tokens]));
    },
    tokenTypeEmbeddings: (table) => gather(table, graph.int([0]), { distinct: true }),
    positions: () => input('positions', 'float32', [tokens, 1]),
    scoreBias: (compute) => groups.map(({ paddingBias }) => compute(distances(graph, paddingBias.shape[3] as string))),
    attention(q, k, v, { headWidth, scale = 1 / Math.sqrt(headWidth), bias, dropout: rate = 0, site }) {
      const masked = groups.map((group, g): LengthGroup => {
        const { keys, queries = keys } = group;
        const shape = [...queries.toPadded.shape, keys.toPadded.shape[2] as string];
        return { ...group, bias: bias?.[g], mask: mask(rate, `${site}.${g}`, shape) };
      });
      return packedAttention(q, k, v, masked, { headWidth, scale });
    },
    dropout(x, rate, site) {
      const kept = mask(rate, site, x.shape);
      return kept ? mul(x, kept) : x;
    },
  };
}

/** Position of the key − position of the query, float32 [length, length]. */
export function distances(graph: Graph, length: string): Value {
  const positions = toFloat(range(graph, length));
  return sub(unsqueeze(positions, [0]), unsqueeze(positions, [1]));
}
