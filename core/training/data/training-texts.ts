import type { Prompts } from '../../encoder/files/prompts.ts';
import type { RankingBatch } from './ranking-batch.ts';
import { TrainedVocabulary } from './trained-vocabulary.ts';

export interface TrainingTexts {
  readonly vocabulary: TrainedVocabulary;
  /** Texts as rows of the trained word table. */
  tokens(batch: RankingBatch): RankingBatch<readonly number[]>;
}

/** Tokenises each text of the batches once. */
export function tokeniseBatches(
  batches: Iterable<RankingBatch>,
  encode: (text: string) => number[],
  { query, passage }: Pick<Prompts, 'query' | 'passage'>,
): TrainingTexts {
  const ids = new Map<string, number[]>();
  const prompted = (batch: RankingBatch): RankingBatch => ({
    ...batch,
    queries: batch.queries.map((text) => query + text),
    documents: batch.documents.map((text) => passage + text),
  });
  for (const batch of batches) {
    const { queries, documents } = prompted(batch);
    for (const text of [...queries, ...documents]) if (!ids.has(text)) ids.set(text, encode(text));
  }
  const vocabulary = new TrainedVocabulary(ids.values());
  for (const [text, tokens] of ids) ids.set(text, vocabulary.rows(tokens));
  const tokens = (texts: readonly string[]) => texts.map((text) => ids.get(text) as number[]);
  return {
    vocabulary,
    tokens(batch) {
      const { queries, documents, known } = prompted(batch);
      return { queries: tokens(queries), documents: tokens(documents), known };
    },
  };
}
