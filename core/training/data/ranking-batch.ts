import { Tensor } from 'onnxruntime-node';
import type { Pair } from '../../dataset/pairs.ts';

/** What one ranking loss compares; `T` is a text, or its tokens. */
export interface RankingBatch<T = string> {
  readonly queries: readonly T[];
  /**
   * The passage of each query, in the order of the queries, then hard negatives; no text occurs twice. If queries share
   * passages, `positives` says which is whose.
   */
  readonly documents: readonly T[];
  /**
   * Pairs of [query, document] that are no negatives, beside each query and its passage: the document is known to
   * answer the query, or has the same text.
   */
  readonly knownPositives: readonly (readonly [number, number])[];
  /** The document of each query, where queries share passages; by default query i has document i. */
  readonly positives?: readonly number[];
}

/**
 * @param pairs Of one batch: of `sampleBatches`, so that their passages differ, or of `sampleSharedBatches`.
 * @param negatives Hard negatives per query, at most.
 * @param epoch From 0. Each epoch takes the next hard negatives of a query.
 */
export function rankingBatch(
  pairs: readonly Pair[],
  negatives: number,
  epoch: number,
  { shared = false }: { shared?: boolean | undefined } = {},
): RankingBatch {
  const documents = new Set(pairs.map(({ passage }) => passage));
  for (const pair of pairs) for (const text of inTurn(pair.negatives, negatives, epoch)) documents.add(text);
  const columns = new Map([...documents].map((text, column) => [text, column]));
  const positives = pairs.map(({ passage }) => columns.get(passage) as number);
  const knownPositives = pairs.flatMap(({ texts }, row) =>
    texts.flatMap((text): [number, number][] => {
      const column = columns.get(text);
      return column === undefined || column === positives[row] ? [] : [[row, column]];
    }),
  );
  const batch = { queries: pairs.map(({ query }) => query), documents: [...documents], knownPositives };
  return shared ? { ...batch, positives } : batch;
}

/**
 * The inputs that `rankingLoss` declares: `counts`, int64 [2], and `knownPositives`, float32 [queries, documents]; also
 * `positives`, of the same shape, where queries share passages.
 */
export function rankingFeeds({
  queries,
  documents,
  knownPositives,
  positives,
}: RankingBatch<unknown>): Record<string, Tensor> {
  const counts = [queries.length, documents.length];
  const matrix = (ones: Iterable<readonly [number, number]>) => {
    const values = new Float32Array(queries.length * documents.length);
    for (const [row, column] of ones) values[row * documents.length + column] = 1;
    return new Tensor('float32', values, counts);
  };
  return {
    counts: new Tensor('int64', BigInt64Array.from(counts, BigInt), [2]),
    knownPositives: matrix(knownPositives),
    ...(positives && { positives: matrix(positives.entries()) }),
  };
}

/** `count` of the texts: the next ones in each epoch, and the first ones again after the last. */
function inTurn(texts: readonly string[], count: number, epoch: number): string[] {
  const taken = Math.min(count, texts.length);
  return Array.from({ length: taken }, (_, i) => texts[(epoch * taken + i) % texts.length] as string);
}
