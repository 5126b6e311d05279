import { describe, expect, it } from 'vitest';
import { MiningOptions } from '../contracts/mining.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { addHardNegatives, mineHardNegatives } from './mine-hard-negatives.ts';

/** A unit vector whose cosine with [1, 0] is `score`. */
const scoring = (score: number) => Float32Array.of(score, Math.sqrt(1 - score * score));
const scores = [0.8, 0.79, 0.77, 0.7, 0.6, 0.5, 0.4];

/** One query, answered by passage 0 (0.8). */
async function mine(options: object, random = () => 0, knownPositives = [0]) {
  const { negatives, report } = await mineHardNegatives({
    queryEmbeddings: [scoring(1)],
    passageEmbeddings: scores.map(scoring),
    knownPositives: [new Set(knownPositives)],
    options: MiningOptions.parse(options),
    random,
  });
  return { rows: negatives[0]?.map(({ row }) => row), report };
}

describe('hard negatives', () => {
  it('are the passages with the highest scores that are no positives, at most `perQuery`', async () => {
    expect((await mine({ perQuery: 3, margin: null })).rows).toEqual([1, 2, 3]);
    expect((await mine({ perQuery: 99, margin: null })).rows).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('come from a window of ranks, in which known positives do not count', async () => {
    expect((await mine({ rankWindow: [2, 4], margin: null })).rows).toEqual([2, 3, 4]);
    expect((await mine({ rankWindow: [2, 4], margin: null }, () => 0, [0, 2])).rows).toEqual([3, 4, 5]);
  });

  it('score below the positive by a margin, absolute or relative', async () => {
    expect((await mine({ margin: { absolute: 0.05 }, perQuery: 2 })).rows).toEqual([3, 4]);
    expect((await mine({ perQuery: 2 })).rows).toEqual([3, 4]);
    expect((await mine({ margin: { relative: 0.02 }, perQuery: 2 })).rows).toEqual([2, 3]);
  });

  it('are compared with the positive that scores lowest', async () => {
    expect((await mine({ margin: { absolute: 0.05 } }, () => 0, [0, 4])).rows).toEqual([5, 6]);
  });

  it('may be sampled at random', async () => {
    let at = 0;
    const turns = () => [0.9, 0.1][at++ % 2] as number;
    expect((await mine({ margin: null, share: 0.5 }, turns)).rows).toEqual([2, 4, 6]);
  });

  it('are counted in a report', async () => {
    const { report } = await mine({ rankWindow: [1, 5], margin: { absolute: 0.05 }, perQuery: 2 });
    expect(report).toMatchObject({ queries: 1, without: 0, candidates: 5, nearPositive: 2, drawnOut: 0, negatives: 2 });
    expect(report.positiveScore).toBeCloseTo(0.8);
    expect(report.negativeScore).toBeCloseTo(0.65);
    expect((await mine({ margin: { absolute: 0.9 } })).report).toMatchObject({ without: 1, negatives: 0 });
  });
});

it('mined passages follow the hard negatives that a data set has, without duplicate texts and positives', async () => {
  const rows: Record<string, Float32Array> = { q: scoring(1), a: scoring(0.8), b: scoring(0.7), c: scoring(0.6) };
  const asked: (string | undefined)[] = [];
  const encoder: TextEncoder = {
    dimension: 2,
    embed: async (texts, { as } = {}) => {
      asked.push(as);
      return texts.map((text) => rows[text] as Float32Array);
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
  expect(asked).toEqual(['query', 'passage']);
});
