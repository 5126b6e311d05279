import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';
import { type Hit, precedes, TopK } from './top-k.ts';

/** A dataset's passages as rows and its queries as a list, the form in which they are scored. */
export interface Collection {
  passageIds: string[];
  passages: string[];
  queries: { id: string; text: string; relevantRows: number[] }[];
}

/**
 * Passages are in ascending order of id, which is how InformationRetrievalEvaluator breaks ties: a result then does not
 * depend on the order in which a file lists them.
 */
export function collect(dataset: QADataset): Collection {
  const passageIds = Object.keys(dataset.corpus).sort();
  const rowOf = new Map(passageIds.map((id, row) => [id, row]));
  return {
    passageIds,
    passages: passageIds.map((id) => dataset.corpus[id] as string),
    queries: Object.entries(dataset.queries).map(([id, text]) => ({
      id,
      text,
      relevantRows: (dataset.relevant_docs[id] ?? []).map((passageId) => rowOf.get(passageId) as number),
    })),
  };
}

/** Takes one query's scores in any order and comes to its ranking. */
export class Ranker {
  readonly #top: TopK;
  readonly #best: Hit | undefined;
  #ahead = 0;

  /** @param relevant the scores of the relevant passages that have one, which must be offered too. */
  constructor(depth: number, relevant: readonly Hit[]) {
    this.#top = new TopK(depth);
    this.#best = relevant.reduce<Hit | undefined>(
      (best, hit) => (best === undefined || precedes(hit, best) ? hit : best),
      undefined,
    );
  }

  offer(row: number, score: number): void {
    const best = this.#best;
    if (best !== undefined && (score > best.score || (score === best.score && row < best.row))) this.#ahead++;
    this.#top.offer(row, score);
  }

  /** 1-based rank of the best relevant passage; 0 if there is none. */
  get rank(): number {
    return this.#best === undefined ? 0 : this.#ahead + 1;
  }

  ranking(queryId: string, passageIds: readonly string[]): Ranking {
    return {
      queryId,
      top: this.#top.sorted().map(({ row }) => passageIds[row] as string),
      rank: this.rank,
    };
  }
}
