import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';

/** The document of each passage, by passage id. */
export type DocumentOf = ReadonlyMap<string, string>;

/** Questions that are not independent of each other, as they are about the same document. */
export interface QuestionGroups {
  /** Of each ranking, in the same order. */
  readonly groups: string[];
  /** How many documents the questions are about; undefined if documents are not known. */
  readonly documents?: number;
}

/**
 * Groups questions by the document of their first relevant passage, or by the passage itself where documents are not
 * known.
 */
export function questionGroups(
  { relevant_docs }: QADataset,
  rankings: readonly Ranking[],
  documentOf?: DocumentOf,
): QuestionGroups {
  const groups = rankings.map(({ queryId }) => {
    const passage = relevant_docs[queryId]?.[0] ?? queryId;
    return documentOf?.get(passage) ?? passage;
  });
  return documentOf ? { groups, documents: new Set(groups).size } : { groups };
}
