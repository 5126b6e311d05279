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
