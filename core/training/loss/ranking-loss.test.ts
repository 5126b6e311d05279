import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { backward, Graph, toOnnx } from '../../autodiff/index.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { distance } from '../recorded.fixture.ts';
import { type LossOptions, rankingLoss } from './ranking-loss.ts';

/*
 * Against sentence-transformers' own losses: tests/recorded/losses/record.py made these figures.
 */
interface Variant extends Pick<LossOptions, 'symmetric' | 'falseNegativeMargin'> {
  readonly name: string;
  readonly matryoshka?: number[];
  readonly matryoshkaWeights?: number[];
  /** [query, document] that are known to belong together though the document is not the query's own. */
  readonly known?: [number, number][];
  readonly rows: number;
  readonly loss: number;
  readonly gradient: number[];
}

const figures: { queries: number; width: number; scale: number; rows: number[]; variants: Variant[] } = JSON.parse(
  await readFile(new URL('../../../tests/recorded/losses/figures.json', import.meta.url), 'utf8'),
);
const { queries, width, scale } = figures;

async function compute({ known = [], matryoshka, matryoshkaWeights, rows, ...variant }: Partial<Variant>) {
  const count = rows ?? figures.rows.length / width;
  const documents = count - queries;
  const widths = matryoshka?.map((width, i) => ({ width, weight: matryoshkaWeights?.[i] ?? 1 }));
  const graph = new Graph();
  const given = graph.input('rows', 'float32', ['texts', width]);
  const loss = rankingLoss(normalise(given), { scale, ...variant, ...(widths && { matryoshka: widths }) });
  const [gradient] = backward(loss, [given]);
  const session = await InferenceSession.create(toOnnx(graph, [{ value: loss }, { value: gradient }]));
  const mask = new Float32Array(queries * documents);
  for (const [query, document] of known) mask[query * documents + document] = 1;
  const results = await session.run({
    rows: new Tensor('float32', Float32Array.from(figures.rows.slice(0, count * width)), [count, width]),
    sides: new Tensor('int64', BigInt64Array.from([queries, documents], BigInt), [2]),
    known: new Tensor('float32', mask, [queries, documents]),
  });
  return {
    loss: (results[loss.name].data as Float32Array)[0] as number,
    gradient: results[gradient.name].data as Float32Array,
  };
}

describe('the ranking loss is that of sentence-transformers', () => {
  it.each(figures.variants.map((variant) => [variant.name, variant] as const))('%s', async (_, { ...variant }) => {
    const { loss, gradient } = await compute(variant);
    expect(Math.abs(loss / variant.loss - 1)).toBeLessThan(1e-5);
    expect(distance(gradient, Float32Array.from(variant.gradient))).toBeLessThan(1e-5);
  });

  it('without hard negatives a document that is known to answer counts for nothing', async () => {
    const all = await compute({ rows: 2 * queries });
    const spared = await compute({ rows: 2 * queries, known: [[0, 3]] });
    expect(spared.loss).toBeLessThan(all.loss);
  });
});
