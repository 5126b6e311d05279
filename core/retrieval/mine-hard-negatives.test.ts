import { describe, expect, it } from 'vitest';
import { MiningOptions } from '../contracts/mining.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { addHardNegatives, mineHardNegatives } from './mine-hard-negatives.ts';

/** A unit vector whose cosine with [1, 0] is `score`. */
const withScore = (score: number) => Float32Array.of(score, Math.sqrt(1 - score * score));
const scores = [0.8, 0.79, 0.77, 0.7, 0.6, 0.5, 0.4];

/** Mines for one query, which passage 0 (cosine 0.8) answers. */
async function mine(options: object, random = () => 0, positives = [0]) {
  const { negatives, report } = await mineHardNegatives({
    queryEmbeddings: [withScore(1)],
    passageEmbeddings: scores.map(withScore),
    knownPositives: [new Set(positives)],
    options: MiningOptions.parse(options),
    random,
  });
  return { rows: negatives[0]?.map(({ row }) => row), report };
}

describe('hard negatives', () => {
  it('are the highest-ranked passages that do not answer, `perQuery` of them', async () => {
    expect((await mine({ perQuery: 3, margin: null })).rows).toEqual([1, 2, 3]);
    expect((await mine({ perQuery: 99, margin: null })).rows).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('come from a window of ranks, counted without the known positives', async () => {
    expect((await mine({ rankWindow: [2, 4], margin: null })).rows).toEqual([2, 3, 4]);
    expect((await mine({ rankWindow: [2, 4], margin: null }, () => 0, [0, 2])).rows).toEqual([3, 4, 5]);
  });

  it('score below the positive by a margin, absolute or relative', async () => {
    expect((await mine({ margin: { absolute: 0.05 }, perQuery: 2 })).rows).toEqual([3, 4]);
    expect((await mine({ perQuery: 2 })).rows).toEqual([3, 4]);
    expect((await mine({ margin: { relative: 0.02 }, perQuery: 2 })).rows).toEqual([2, 3]);
  });

  it('are compared with the lowest-scoring positive', async () => {
    expect((await mine({ margin: { absolute: 0.05 } }, () => 0, [0, 4])).rows).toEqual([5, 6]);
  });

  it('can be drawn at random', async () => {
    let at = 0;
    const random = () => [0.9, 0.1][at++ % 2] as number;
    expect((await mine({ margin: null, share: 0.5 }, random)).rows).toEqual([2, 4, 6]);
  });

  it('are counted in the report', async () => {
    const { report } = await mine({ rankWindow: [1, 5], margin: { absolute: 0.05 }, perQuery: 2 });
    expect(report).toMatchObject({ queries: 1, without: 0, candidates: 5, nearPositive: 2, drawnOut: 0, negatives: 2 });
    expect(report.positiveScore).toBeCloseTo(0.8);
    expect(report.negativeScore).toBeCloseTo(0.65);
    expect((await mine({ margin: { absolute: 0.9 } })).report).toMatchObject({ without: 1, negatives: 0 });
  });
});

it('adds hard negatives after existing ones, without duplicate texts and without positives', async () => {
  const embeddings: Record<string, Float32Array> = {
    q: withScore(1),
    a: withScore(0.8),
    b: withScore(0.7),
    c: withScore(0.6),
  };
  const roles: (string | undefined)[] = [];
  const encoder: TextEncoder = {
    dimension: 2,
    embed: async (texts, { as } = {}) => {
      roles.push(as);
      return texts.map((text) => embeddings[text] as Float32Array);
    },
  };
  const dataset = {
    queries: { q1: 'q' },
    corpus: { d1: 'a', d2: 'b', d3: 'b', d4: 'c', d5: 'a' },
    relevant_docs: { q1: ['d5'] },
    hard_negatives: { q1: ['d4'] },
    mode: 'text',
  };
  const mined = await addHardNegatives(encoder, dataset, { options: MiningOptions.parse({}), random: () => 0 });
  expect(mined.dataset).toEqual({ ...dataset, hard_negatives: { q1: ['d4', 'd2'] } });
  expect(roles).toEqual(['query', 'passage']);
});
