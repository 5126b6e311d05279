import { describe, expect, it } from 'vitest';
import type { Pair } from '../../dataset/pairs.ts';
import { rankingBatch, rankingFeeds } from './ranking-batch.ts';

const pair = (id: string, answers: string[], negatives: string[] = []): Pair => ({
  id,
  query: `${id}?`,
  passage: answers[0] as string,
  texts: [`${id}?`, ...answers],
  negatives,
});

describe('a batch', () => {
  it('has each document once, whoever brings it: own passages first, then hard negatives', () => {
    const batch = rankingBatch([pair('a', ['A'], ['B', 'N']), pair('b', ['B'], ['N', 'M'])], 2, 0);
    expect(batch.queries).toEqual(['a?', 'b?']);
    expect(batch.documents).toEqual(['A', 'B', 'N', 'M']);
  });

  it('knows which documents answer a query though they are there for another', () => {
    const { documents, known } = rankingBatch([pair('a', ['A', 'N']), pair('b', ['B'], ['N', 'a?'])], 2, 0);
    expect(known.map(([query, document]) => [query, documents[document]])).toEqual([
      [0, 'a?'],
      [0, 'N'],
    ]);
  });

  it('brings as many hard negatives a query as were asked for, others in the next epoch', () => {
    const pairs = [pair('a', ['A'], ['1', '2', '3']), pair('b', ['B'], ['4'])];
    const brought = (epoch: number, count: number) => rankingBatch(pairs, count, epoch).documents.slice(2);
    expect(brought(0, 2)).toEqual(['1', '2', '4']);
    expect(brought(1, 2)).toEqual(['3', '1', '4']);
    expect(brought(0, 9)).toEqual(['1', '2', '3', '4']);
    expect(brought(0, 0)).toEqual([]);
  });

  it('comes to what the loss asks for', () => {
    const { sides, known } = rankingFeeds({ queries: [0, 0], documents: [0, 0, 0], known: [[1, 2]] });
    expect(Array.from(sides.data as BigInt64Array, Number)).toEqual([2, 3]);
    expect(known.dims).toEqual([2, 3]);
    expect([...(known.data as Float32Array)]).toEqual([0, 0, 0, 0, 0, 1]);
  });
});
