import { Tensor } from 'onnxruntime-node';
import type { Pair } from '../../dataset/pairs.ts';

/** What one ranking loss compares; `T` is a text, or its tokens. */
export interface RankingBatch<T = string> {
  readonly queries: readonly T[];
  /** The passage of each query, in the order of the queries, then hard negatives; no text occurs twice. */
  readonly documents: readonly T[];
  /**
   * Pairs of [query, document] that are no negatives, beside each query and its passage: the document is known to
   * answer the query, or has the same text.
   */
  readonly knownPositives: readonly (readonly [number, number])[];
}

/**
 * @param pairs Of one batch of `sampleBatches`, so that their passages differ.
 * @param negatives Hard negatives per query, at most.
 * @param epoch From 0. Each epoch takes the next hard negatives of a query.
 */
export function rankingBatch(pairs: readonly Pair[], negatives: number, epoch: number): RankingBatch {
  const documents = new Set(pairs.map(({ passage }) => passage));
  for (const pair of pairs) for (const text of inTurn(pair.negatives, negatives, epoch)) documents.add(text);
  const columns = new Map([...documents].map((text, column) => [text, column]));
  const knownPositives = pairs.flatMap(({ texts }, row) =>
    texts.flatMap((text): [number, number][] => {
      const column = columns.get(text);
      return column === undefined || column === row ? [] : [[row, column]];
    }),
  );
  return { queries: pairs.map(({ query }) => query), documents: [...documents], knownPositives };
}

/** The inputs that `rankingLoss` declares: `counts`, int64 [2], and `knownPositives`, float32 [queries, documents]. */
export function rankingFeeds({ queries, documents, knownPositives }: RankingBatch<unknown>) {
  const mask = new Float32Array(queries.length * documents.length);
  for (const [row, column] of knownPositives) mask[row * documents.length + column] = 1;
  const counts = [queries.length, documents.length];
  return {
    counts: new Tensor('int64', BigInt64Array.from(counts, BigInt), [2]),
    knownPositives: new Tensor('float32', mask, counts),
  };
}

/** `count` of the texts: the next ones in each epoch, and the first ones again after the last. */
function inTurn(texts: readonly string[], count: number, epoch: number): string[] {
  const taken = Math.min(count, texts.length);
  return Array.from({ length: taken }, (_, i) => texts[(epoch * taken + i) % texts.length] as string);
}
