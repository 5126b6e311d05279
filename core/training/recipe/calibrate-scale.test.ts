import { describe, expect, it } from 'vitest';
import type { TextEncoder } from '../../contracts/model.ts';
import { TrainingOptions } from '../../contracts/training.ts';
import type { Pair } from '../../dataset/pairs.ts';
import { dot } from '../../primitives/dot.ts';
import { drawn } from '../../primitives/draw.fixture.ts';
import { seeded } from '../../primitives/random.ts';
import { calibrateScale } from './calibrate-scale.ts';

const WIDTH = 32;
/** Passages that each question's own is drawn from. */
const CANDIDATES = 100;
const OPTIONS = TrainingOptions.parse({ batchSize: 50 });

/** Vectors of length 1 that are `closeness` like one direction, so that their cosines are high and alike. */
function around(common: Float32Array, closeness: number, random: () => number): Float32Array {
  const vector = common.map((value) => closeness * value + (1 - closeness) * normal(random));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * A model and pairs whose temperature is known by construction: the passage of each question is drawn from many by a
 * softmax over their cosines with the question, at `scale`.
 */
function constructed(scale: number, closeness: number, count: number): { encoder: TextEncoder; pairs: Pair[] } {
  const random = seeded(3);
  const common = Float32Array.from({ length: WIDTH }, () => normal(random));
  const vector = () => around(common, closeness, random);
  const embeddings = new Map<string, Float32Array>();
  const pairs = Array.from({ length: count }, (_, i): Pair => {
    const [query, passage] = [`question ${i}`, `passage ${i}`];
    const question = vector();
    const candidates = Array.from({ length: CANDIDATES }, vector);
    const weights = candidates.map((candidate) => Math.exp(scale * dot(question, candidate)));
    embeddings.set(query, question).set(passage, candidates[drawn(weights, random)] as Float32Array);
    return { id: query, query, passage, texts: [query, passage], negatives: [] };
  });
  const embed = async (texts: readonly string[]) => texts.map((text) => embeddings.get(text) as Float32Array);
  return { encoder: { dimension: WIDTH, embed }, pairs };
}

describe('the calibrated scale', () => {
  it.each([
    [30, 0.6],
    [60, 0.7],
    [90, 0.75],
  ])('of a model whose passages were drawn at scale %d is near it', async (scale, closeness) => {
    const { encoder, pairs } = constructed(scale, closeness, 300);
    const calibrated = await calibrateScale(encoder, pairs, OPTIONS);
    expect(calibrated.scale / scale).toBeGreaterThan(0.75);
    expect(calibrated.scale / scale).toBeLessThan(1.33);
    expect(calibrated.pairs).toBe(300);
  });

  it.each([
    [5, 20, 0.6],
    [300, 100, 0.8],
  ])('is limited: %d to %d', async (scale, limited, closeness) => {
    const { encoder, pairs } = constructed(scale, closeness, 300);
    const calibrated = await calibrateScale(encoder, pairs, OPTIONS);
    expect(calibrated.scale).toBe(limited);
    expect(Math.sign(calibrated.mostLikely - limited)).toBe(Math.sign(scale - limited));
  });

  it('hardly depends on which pairs are sampled, also of a model that finds nearly all passages', async () => {
    const { encoder, pairs } = constructed(40, 0.4, 400);
    const scales: number[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const options = TrainingOptions.parse({ seed });
      scales.push((await calibrateScale(encoder, pairs, options)).mostLikely);
    }
    expect(Math.max(...scales) / Math.min(...scales)).toBeLessThan(1.25);
  });

  it('is the published one where all right passages are found, so that the likelihood rises for ever', async () => {
    const vectors = new Map<string, Float32Array>();
    const pairs = Array.from({ length: 24 }, (_, i): Pair => {
      const vector = Float32Array.from({ length: WIDTH }, (_, j) => (j === i ? 0.8 : j === WIDTH - 1 ? 0.6 : 0));
      const [query, passage] = [`question ${i}`, `passage ${i}`];
      vectors.set(query, vector).set(passage, vector);
      return { id: query, query, passage, texts: [query, passage], negatives: [] };
    });
    const embed = async (texts: readonly string[]) => texts.map((text) => vectors.get(text) as Float32Array);
    const encoder: TextEncoder = { dimension: WIDTH, embed };
    const calibrated = (published?: number) => calibrateScale(encoder, pairs, { ...OPTIONS, published });
    expect(await calibrated()).toMatchObject({ scale: 100, mostLikely: 1000 });
    expect(await calibrated(20)).toMatchObject({ scale: 20, mostLikely: 1000 });
  });

  it('is not the published one where the pairs contradict it', async () => {
    const { encoder, pairs } = constructed(60, 0.7, 300);
    const { scale, mostLikely } = await calibrateScale(encoder, pairs, { ...OPTIONS, published: 20 });
    expect(scale).toBe(mostLikely);
  });

  it('takes less time than five steps, and tells how far it is', async () => {
    const { encoder, pairs } = constructed(60, 0.6, 300);
    let embedded = 0;
    const counting: TextEncoder = {
      ...encoder,
      embed: (texts, options) => {
        embedded += texts.length;
        options?.onProgress?.(texts.length);
        return encoder.embed(texts);
      },
    };
    const progress: [number, number][] = [];
    const { pairs: compared } = await calibrateScale(counting, pairs, TrainingOptions.parse({}), (...figures) =>
      progress.push(figures),
    );
    // Embedding takes a third of the time of a step, which has batches of ten.
    expect(compared).toBe(120);
    expect(embedded).toBeLessThanOrEqual(2 * 120);
    expect(progress.at(-1)).toEqual([embedded, embedded]);
  });

  it('counts hard negatives, and not passages that are known to answer the question', async () => {
    const vectors: Record<string, number[]> = {
      q1: [1, 0],
      p1: [0.8, 0.6],
      q2: [0, 1],
      p2: [0.6, 0.8],
      near: [0.99, Math.sqrt(1 - 0.99 ** 2)],
    };
    const encoder: TextEncoder = {
      dimension: 2,
      embed: async (texts) => texts.map((text) => Float32Array.from(vectors[text] as number[])),
    };
    const pair = (n: number, more: Partial<Pair>): Pair => ({
      id: `q${n}`,
      query: `q${n}`,
      passage: `p${n}`,
      texts: [`q${n}`, `p${n}`],
      negatives: [],
      ...more,
    });
    const options = TrainingOptions.parse({ batchSize: 2 });
    const mostLikely = async (first: Partial<Pair>) =>
      (await calibrateScale(encoder, [pair(1, first), pair(2, {})], options)).mostLikely;
    // Without others, both right passages are nearest: any scale explains them better than a lower one.
    expect(await mostLikely({})).toBe(1000);
    expect(await mostLikely({ negatives: ['near'] })).toBeLessThan(20);
    expect(await mostLikely({ negatives: ['near'], texts: ['q1', 'p1', 'near'] })).toBe(1000);
  });
});
