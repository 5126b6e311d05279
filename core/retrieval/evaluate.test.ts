import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QADataset } from '../contracts/dataset.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { evaluateBm25, evaluateEncoder } from './evaluate.ts';
import { resultsCsv } from './results-csv.ts';

const recorded = JSON.parse(
  readFileSync(new URL('../../tests/recorded/retrieval/evaluator.json', import.meta.url), 'utf8'),
);

/** An encoder that looks the vectors of its texts up. */
function lookup(vectors: Record<string, number[]>, dimension: number): TextEncoder {
  return {
    dimension,
    embed: async (texts) => texts.map((text) => unit(vectors[text] as number[])),
  };
}

function unit(values: readonly number[]): Float32Array {
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm);
}

/** A dataset in which every text is its own id. */
function named(passages: string[], relevant: Record<string, string[]>): QADataset {
  const textsOf = (ids: string[]) => Object.fromEntries(ids.map((id) => [id, id]));
  return { corpus: textsOf(passages), queries: textsOf(Object.keys(relevant)), relevant_docs: relevant, mode: 'text' };
}

describe('a collection evaluated by sentence-transformers’ InformationRetrievalEvaluator', () => {
  const dataset = named(Object.keys(recorded.passages), recorded.relevant);
  const encoder = lookup({ ...recorded.passages, ...recorded.queries }, 6);

  it('has the same metrics here', async () => {
    const { metrics } = await evaluateEncoder(encoder, dataset);
    expect(Object.keys(metrics).sort()).toEqual(Object.keys(recorded.metrics).sort());
    for (const [name, value] of Object.entries(recorded.metrics)) {
      expect(metrics[name]?.value, name).toBeCloseTo(value as number, 12);
    }
  });

  it('has the same columns and values in the CSV file', async () => {
    const { metrics } = await evaluateEncoder(encoder, dataset);
    const [header, row] = resultsCsv([{ epoch: -1, steps: -1, metrics }])
      .trim()
      .split('\n') as [string, string];
    const [theirHeader, theirRow] = recorded.csv.trim().split('\n');
    expect(header).toBe(theirHeader);
    const numbers = (line: string) => line.split(',').map(Number);
    numbers(row).forEach((value, i) => {
      expect(value, header.split(',')[i]).toBeCloseTo(numbers(theirRow)[i] as number, 12);
    });
  });

  it('has the same result for any order of the passages in the file', async () => {
    const shuffled = named(Object.keys(recorded.passages).reverse(), recorded.relevant);
    expect(await evaluateEncoder(encoder, shuffled)).toEqual(await evaluateEncoder(encoder, dataset));
  });
});

const vector = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 })
  .filter((values) => values.some((value) => value !== 0));

it('ranks like sorting all scores, with more passages than a block or fewer than the cut-off', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(vector, { minLength: 1, maxLength: 1200 }),
      vector,
      fc.nat(),
      async (vectors, query, at) => {
        const ids = vectors.map((_vector, i) => `d${String(i).padStart(4, '0')}`);
        const relevant = ids[at % ids.length] as string;
        const byText = { q: query, ...Object.fromEntries(ids.map((id, i) => [id, vectors[i] as number[]])) };
        const { rankings } = await evaluateEncoder(lookup(byText, 3), named(ids, { q: [relevant] }));

        const target = unit(query);
        const scoreOf = new Map(
          ids.map((id, i) => [
            id,
            unit(vectors[i] as number[]).reduce((sum, x, j) => sum + x * (target[j] as number), 0),
          ]),
        );
        const score = (id: string) => scoreOf.get(id) as number;
        const sorted = ids.map(score).sort((a, b) => b - a);
        // Sums in another order differ in the last bits, so the order of nearly equal scores is not compared.
        const rounded = (value: number) => value.toFixed(6);
        expect(rankings[0]?.top.map((id) => rounded(score(id)))).toEqual(sorted.slice(0, 100).map(rounded));
        const better = sorted.filter((value) => value > score(relevant) + 1e-6).length;
        const asGood = sorted.filter((value) => value > score(relevant) - 1e-6).length;
        expect(rankings[0]?.rank).toBeGreaterThan(better);
        expect(rankings[0]?.rank).toBeLessThanOrEqual(asGood);
      },
    ),
    { numRuns: 20 },
  );
});

it('reports how many texts are embedded', async () => {
  const encoder: TextEncoder = {
    dimension: 1,
    embed: async (texts, { onProgress } = {}) => {
      texts.forEach((_text, i) => {
        onProgress?.(i + 1);
      });
      return texts.map(() => Float32Array.of(1));
    },
  };
  const reported: [number, number][] = [];
  await evaluateEncoder(encoder, named(['d1', 'd2'], { q: ['d1'] }), {
    onProgress: (done, total) => reported.push([done, total]),
  });
  expect(reported).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
});

it.each([
  ['not numbers', [Number.NaN, 0]],
  ['not of length 1', [3, 4]],
  ['too short', [1]],
])('refuses vectors that are %s instead of scoring them', async (_what, values) => {
  const encoder: TextEncoder = { dimension: 2, embed: async (texts) => texts.map(() => Float32Array.from(values)) };
  await expect(evaluateEncoder(encoder, named(['d'], { 'how long?': ['d'] }))).rejects.toMatchObject({
    kind: 'quality',
    message: expect.stringContaining('how long?'),
  });
});

it('yields to the event loop while it scores', async () => {
  const ids = Array.from({ length: 3000 }, (_, i) => `d${i}`);
  let turns = 0;
  const timer = setImmediate(function again() {
    turns++;
    timers.push(setImmediate(again));
  });
  const timers = [timer];
  await evaluateEncoder(
    { dimension: 1, embed: async (texts) => texts.map(() => Float32Array.of(1)) },
    named(ids, { q: ['d0'] }),
  );
  for (const each of timers) clearImmediate(each);
  expect(turns).toBeGreaterThan(3);
});

describe('BM25', () => {
  const dataset: QADataset = {
    corpus: { a: 'The pump is oiled weekly.', b: 'The press is oiled daily, oiled by hand.', c: '每周清洗滤网' },
    queries: { q1: 'When is the press oiled?', q2: '如何清洗滤网', q3: 'holidays' },
    relevant_docs: { q1: ['b'], q2: ['c'], q3: ['a'] },
    mode: 'text',
  };

  it('finds passages by shared words, also in Chinese', async () => {
    const { rankings } = await evaluateBm25(dataset);
    expect(rankings[0]).toEqual({ queryId: 'q1', top: ['b', 'a'], rank: 1 });
    expect(rankings[1]).toEqual({ queryId: 'q2', top: ['c'], rank: 1 });
  });

  it('does not find a passage that shares no word with the query, at any rank', async () => {
    const { rankings, metrics } = await evaluateBm25(dataset);
    expect(rankings[2]).toEqual({ queryId: 'q3', top: [], rank: 0 });
    expect(metrics['hit@10']?.value).toBeCloseTo(2 / 3);
  });
});
