import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openEncoder } from '../encoder/encoder.ts';
import { readModelFolder } from '../encoder/files/model-folder.ts';
import type { Pooling } from '../encoder/forward/pooling.ts';
import { openTokenizer } from '../encoder/tokenizer/tokenizer.ts';
import { learningRate } from './optimizer/schedule.ts';
import { distance, openWholeModel, readRecorded } from './recorded.fixture.ts';
import type { SessionOptions } from './session/training-session.ts';

/*
 * The whole model against PyTorch; tests/recorded/record.py recorded the figures.
 */
const RECORDED = new URL('../../tests/recorded/', import.meta.url).pathname;
const MODEL = `${RECORDED}tiny-bert`;

interface Figures {
  readonly pairs: [string, string][];
  readonly queries: number[][];
  readonly passages: number[][];
  readonly scale: number;
  readonly mean: { loss: number; rows: number[][] };
  readonly cls: { loss: number; rows: number[][] };
  readonly sentenceTransformers: number[][];
  readonly training: {
    readonly learningRate: number;
    readonly weightDecay: number;
    readonly steps: number;
    readonly warmup: number;
    readonly losses: number[];
    readonly norms: number[];
  };
}
const figures: Figures = JSON.parse(await readFile(`${RECORDED}torch/figures.json`, 'utf8'));

const recorded = (name: string) => readRecorded(`${RECORDED}torch/${name}.safetensors`);

async function setUp(pooling: Pooling, layout: Partial<SessionOptions> = {}) {
  const model = { ...(await readModelFolder(MODEL)), pooling };
  const { parameters, session } = await openWholeModel(model, { loss: { scale: figures.scale }, ...layout });
  const batch = { queries: figures.queries, documents: figures.passages, knownPositives: [] };
  return { parameters, session, run: () => session.gradients(batch, 0) };
}

describe('a small BERT agrees with PyTorch', () => {
  const cases: [string, 'mean' | 'cls', Partial<SessionOptions>][] = [
    ['mean pooling', 'mean', {}],
    ['cls pooling', 'cls', {}],
    ['several chunks', 'mean', { chunks: 5, groups: 1 }],
    ['chunks of several length groups', 'cls', { chunks: 2, groups: 2 }],
    ['recomputed layers', 'mean', { chunks: 2, groups: 1, recompute: 9 }],
    ['mini-batches of three texts', 'mean', { miniBatchSize: 3 }],
  ];
  for (const [name, pooling, layout] of cases)
    it(`in the loss and the gradient of every parameter: ${name}`, async () => {
      const { parameters, run } = await setUp(pooling, layout);
      expect(await run()).toBeCloseTo(figures[pooling].loss, 5);
      const gradients = await recorded(`gradients-${pooling}`);
      expect([...gradients.keys()].sort()).toEqual(parameters.map(({ name }) => name).sort());
      for (const { name, gradient } of parameters) {
        const expected = gradients.get(name) as Float32Array;
        // The softmax does not change when a constant is added to all keys: the true gradient is zero, and any other
        // value is rounding.
        if (name.endsWith('key.bias')) expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-5);
        else expect.soft(distance(gradient, expected), name).toBeLessThan(1e-4);
      }
    });

  it('in the weights after six steps of AdamW with clipping and warm-up', async () => {
    const { parameters, session, run } = await setUp('mean');
    const { steps, warmup, weightDecay, ...expected } = figures.training;
    for (let step = 0; step < steps; step++) {
      const loss = await run();
      const rate = learningRate(step, steps, expected.learningRate, warmup / steps);
      const norm = await session.update({ step: step + 1, learningRate: rate, weightDecay, maxGradientNorm: 1 });
      expect(loss).toBeCloseTo(expected.losses[step] as number, 4);
      expect(norm / (expected.norms[step] as number)).toBeCloseTo(1, 4);
    }
    const trained = await recorded('trained');
    // AdamW divides a gradient by its size. If the true gradient is zero, rounding becomes a step of full size.
    for (const { name, weights } of parameters)
      if (!name.endsWith('key.bias'))
        expect.soft(distance(weights, trained.get(name) as Float32Array), name).toBeLessThan(1e-3);
  });

  it('in the embeddings of texts by sentence-transformers', async () => {
    const encoder = await openEncoder(MODEL, { threads: 1 });
    const embeddings = await encoder.embed(figures.pairs.flat());
    for (const [i, embedding] of embeddings.entries())
      expect(distance(embedding, Float32Array.from(figures.sentenceTransformers[i] as number[]))).toBeLessThan(1e-5);
  });

  it('in the tokens of texts, truncated before the closing token', async () => {
    const tokenizer = await openTokenizer(MODEL);
    expect(figures.pairs.map(([query]) => tokenizer.encode(query))).toEqual(figures.queries);
    expect(figures.pairs.map(([, passage]) => tokenizer.encode(passage))).toEqual(figures.passages);
    const long = 'word '.repeat(60);
    expect(tokenizer.count(long)).toBe(242);
    expect(tokenizer.encode(long)).toHaveLength(40);
    expect(tokenizer.encode(long, 8).at(-1)).toBe(tokenizer.encode('').at(-1));
  });
});
