import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { backward, Graph, toOnnx, type Value } from '../../autodiff/index.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { rankingFeeds } from '../data/ranking-batch.ts';
import { distance } from '../recorded.fixture.ts';
import { type LossOptions, rankingLoss } from './ranking-loss.ts';

/*
 * Against the losses of sentence-transformers; tests/recorded/losses/record.py recorded the figures.
 */
interface Variant extends Pick<LossOptions, 'symmetric' | 'falseNegativeMargin'> {
  readonly name: string;
  readonly matryoshka?: number[];
  readonly matryoshkaWeights?: number[];
  /** [query, document]: the document answers the query though it is not the query's own passage. */
  readonly known?: [number, number][];
  /** How many of the recorded embeddings the variant takes. */
  readonly rows: number;
  readonly loss: number;
  /** By the embeddings. */
  readonly gradient: number[];
}

const figures: { queries: number; width: number; scale: number; rows: number[]; variants: Variant[] } = JSON.parse(
  await readFile(new URL('../../../tests/recorded/losses/figures.json', import.meta.url), 'utf8'),
);
const { queries, width, scale } = figures;

async function compute({ known = [], matryoshka, matryoshkaWeights, rows, ...variant }: Partial<Variant>) {
  const count = rows ?? figures.rows.length / width;
  const widths = matryoshka?.map((width, i) => ({ width, weight: matryoshkaWeights?.[i] ?? 1 }));
  const graph = new Graph();
  const embeddings = graph.input('embeddings', 'float32', ['texts', width]);
  const loss = rankingLoss(normalise(embeddings), { scale, ...variant, matryoshka: widths });
  const [gradient] = backward(loss, [embeddings]) as [Value];
  const session = await InferenceSession.create(toOnnx(graph, [{ value: loss }, { value: gradient }]));
  const texts = (length: number) => new Array<string>(length);
  const results = await session.run({
    embeddings: new Tensor('float32', Float32Array.from(figures.rows.slice(0, count * width)), [count, width]),
    ...rankingFeeds({ queries: texts(queries), documents: texts(count - queries), knownPositives: known }),
  });
  return {
    loss: results[loss.name]?.data[0] as number,
    gradient: results[gradient.name]?.data as Float32Array,
  };
}

describe('the ranking loss agrees with sentence-transformers', () => {
  it.each(figures.variants.map((variant) => [variant.name, variant] as const))('%s', async (_, { ...variant }) => {
    const { loss, gradient } = await compute(variant);
    expect(Math.abs(loss / variant.loss - 1)).toBeLessThan(1e-5);
    expect(distance(gradient, Float32Array.from(variant.gradient))).toBeLessThan(1e-5);
  });

  it('without hard negatives, a known positive does not count as a negative', async () => {
    const all = await compute({ rows: 2 * queries });
    const masked = await compute({ rows: 2 * queries, known: [[0, 3]] });
    expect(masked.loss).toBeLessThan(all.loss);
  });
});

type Vector = readonly [number, number];

describe('the loss of questions that share a passage', () => {
  const compute = async (queries: Vector[], documents: Vector[], positives: number[], shared: boolean) => {
    const graph = new Graph();
    const embeddings = graph.input('embeddings', 'float32', ['texts', 2]);
    const loss = rankingLoss(embeddings, { scale: 5, sharedPassages: shared });
    const session = await InferenceSession.create(toOnnx(graph, [{ value: loss }]));
    const rows = [...queries, ...documents];
    const feeds = rankingFeeds({ queries, documents, knownPositives: [], ...(shared && { positives }) });
    const results = await session.run({
      embeddings: new Tensor('float32', Float32Array.from(rows.flat()), [rows.length, 2]),
      ...feeds,
    });
    return results[loss.name]?.data[0] as number;
  };
  const [a, b, c] = [
    [1, 0],
    [0.8, 0.6],
    [0, 1],
  ] as const;
  const [p, q] = [
    [0.6, 0.8],
    [-0.6, 0.8],
  ] as const;

  it('is the mean over the questions of their cross entropies among the passages', async () => {
    const loss = await compute([a, b, c], [p, q], [0, 0, 1], true);
    const scores = (x: Vector, y: Vector) => 5 * (x[0] * y[0] + x[1] * y[1]);
    const entropy = (x: Vector, right: Vector, wrong: Vector) =>
      Math.log(1 + Math.exp(scores(x, wrong) - scores(x, right)));
    const expected = (entropy(a, p, q) + entropy(b, p, q) + entropy(c, q, p)) / 3;
    expect(loss).toBeCloseTo(expected, 5);
  });

  it('is the plain loss if no passage is shared', async () => {
    const [queries, documents] = [
      [a, c],
      [p, q],
    ];
    expect(await compute(queries, documents, [0, 1], true)).toBeCloseTo(
      await compute(queries, documents, [], false),
      6,
    );
  });
});
