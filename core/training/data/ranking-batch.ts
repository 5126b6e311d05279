import { Tensor } from 'onnxruntime-node';
import type { Pair } from '../../dataset/pairs.ts';

/** What is compared in one softmax: `T` is a text, or its tokens. */
export interface RankingBatch<T = string> {
  readonly queries: readonly T[];
  /** The queries' own passages in the same order, then hard negatives; no text stands twice. */
  readonly documents: readonly T[];
  /** [query, document]: not the query's own, but known to answer it, or the query's own words. */
  readonly known: readonly (readonly [number, number])[];
}

/**
 * @param pairs Those of one batch of `epochBatches`, so that their own passages differ.
 * @param negatives Hard negatives that each query brings along, at most.
 * @param epoch From 0; each takes the next of a query's hard negatives.
 */
export function rankingBatch(pairs: readonly Pair[], negatives: number, epoch: number): RankingBatch {
  const documents = new Set(pairs.map(({ passage }) => passage));
  for (const pair of pairs) for (const text of turn(pair.negatives, negatives, epoch)) documents.add(text);
  const columns = new Map([...documents].map((text, column) => [text, column]));
  const known = pairs.flatMap(({ texts }, row) =>
    texts.flatMap((text): [number, number][] => {
      const column = columns.get(text);
      return column === undefined || column === row ? [] : [[row, column]];
    }),
  );
  return { queries: pairs.map(({ query }) => query), documents: [...documents], known };
}

/** What `rankingLoss` asks of the batch. */
export function rankingFeeds({ queries, documents, known }: RankingBatch<unknown>): Record<string, Tensor> {
  const mask = new Float32Array(queries.length * documents.length);
  for (const [row, column] of known) mask[row * documents.length + column] = 1;
  const sides = [queries.length, documents.length];
  return {
    sides: new Tensor('int64', BigInt64Array.from(sides, BigInt), [2]),
    known: new Tensor('float32', mask, sides),
  };
}

/** `count` of the texts, others in the next epoch, until it is the first ones' turn again. */
function turn(texts: readonly string[], count: number, epoch: number): string[] {
  const taken = Math.min(count, texts.length);
  return Array.from({ length: taken }, (_, i) => texts[(epoch * taken + i) % texts.length]);
}
