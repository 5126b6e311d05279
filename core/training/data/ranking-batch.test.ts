import { describe, expect, it } from 'vitest';
import type { Pair } from '../../dataset/pairs.ts';
import { rankingBatch, rankingFeeds } from './ranking-batch.ts';

function pair(id: string, [passage, ...others]: readonly [string, ...string[]], negatives: string[] = []): Pair {
  const query = `${id}?`;
  return { id, query, passage, texts: [query, passage, ...others], negatives };
}

describe('a ranking batch', () => {
  it('has each document once, whichever pairs contribute it: passages first, then hard negatives', () => {
    const batch = rankingBatch([pair('a', ['A'], ['B', 'N']), pair('b', ['B'], ['N', 'M'])], 2, 0);
    expect(batch.queries).toEqual(['a?', 'b?']);
    expect(batch.documents).toEqual(['A', 'B', 'N', 'M']);
  });

  it('lists the documents that answer a query though another pair contributes them', () => {
    const { documents, knownPositives } = rankingBatch([pair('a', ['A', 'N']), pair('b', ['B'], ['N', 'a?'])], 2, 0);
    expect(knownPositives?.map(([query, document]) => [query, documents[document]])).toEqual([
      [0, 'a?'],
      [0, 'N'],
    ]);
  });

  it('has as many hard negatives per query as asked for, and others in the next epoch', () => {
    const pairs = [pair('a', ['A'], ['1', '2', '3']), pair('b', ['B'], ['4'])];
    const negatives = (epoch: number, count: number) => rankingBatch(pairs, count, epoch).documents.slice(2);
    expect(negatives(0, 2)).toEqual(['1', '2', '4']);
    expect(negatives(1, 2)).toEqual(['3', '1', '4']);
    expect(negatives(0, 9)).toEqual(['1', '2', '3', '4']);
    expect(negatives(0, 0)).toEqual([]);
  });

  it('becomes the inputs of the ranking loss', () => {
    const feeds = rankingFeeds({ queries: [0, 0], documents: [0, 0, 0], knownPositives: [[1, 2]] });
    expect(Array.from(feeds.counts?.data as BigInt64Array, Number)).toEqual([2, 3]);
    expect(feeds.knownPositives?.dims).toEqual([2, 3]);
    expect(feeds.knownPositives?.data).toEqual(Float32Array.of(0, 0, 0, 0, 0, 1));
  });
});

it('of questions that share passages has each passage once, and says which is whose', () => {
  const shared = rankingBatch([pair('a', ['A']), pair('b', ['B', 'A']), pair('c', ['A'])], 0, 0, { shared: true });
  expect(shared).toEqual({
    queries: ['a?', 'b?', 'c?'],
    documents: ['A', 'B'],
    knownPositives: [[1, 0]],
    positives: [0, 1, 0],
  });
  expect(rankingFeeds(shared).positives?.data).toEqual(Float32Array.of(1, 0, 0, 1, 1, 0));
});
