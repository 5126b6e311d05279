import type { Prompts } from '../../encoder/files/prompts.ts';
import type { RankingBatch } from './ranking-batch.ts';
import { TrainedVocabulary } from './trained-vocabulary.ts';

export interface TokenisedBatches {
  readonly vocabulary: TrainedVocabulary;
  /** The texts of a batch, with their prompts, as rows of the trained token embeddings. */
  tokens(batch: RankingBatch): RankingBatch<readonly number[]>;
}

/**
 * Tokenises every text of the batches once, however often it occurs.
 * @param batches All that `tokens` will be called with.
 * @param encode Returns the token ids of a text.
 * @param prompts What is put before queries, and before passages.
 */
export function tokeniseBatches(
  batches: Iterable<RankingBatch>,
  encode: (text: string) => number[],
  prompts: Pick<Prompts, 'query' | 'passage'>,
): TokenisedBatches {
  const tokensOf = new Map<string, number[]>();
  const withPrompts = (batch: RankingBatch): RankingBatch => ({
    ...batch,
    queries: batch.queries.map((text) => prompts.query + text),
    documents: batch.documents.map((text) => prompts.passage + text),
  });
  for (const batch of batches) {
    const { queries, documents } = withPrompts(batch);
    for (const text of [...queries, ...documents]) if (!tokensOf.has(text)) tokensOf.set(text, encode(text));
  }
  const vocabulary = new TrainedVocabulary(tokensOf.values());
  for (const [text, tokens] of tokensOf) tokensOf.set(text, vocabulary.rows(tokens));
  const lookUp = (texts: readonly string[]) => texts.map((text) => tokensOf.get(text) as number[]);
  return {
    vocabulary,
    tokens(batch) {
      const { queries, documents, ...relations } = withPrompts(batch);
      return { queries: lookUp(queries), documents: lookUp(documents), ...relations };
    },
  };
}
