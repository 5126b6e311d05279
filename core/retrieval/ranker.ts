import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { dot } from '../primitives/dot.ts';
import { type CollectionEmbeddings, embedCollection } from './embed.ts';
import { scoreBlocks } from './score-blocks.ts';
import { type Hit, precedes, TopK } from './top-k.ts';

/** A dataset in the form in which it is scored: passages have row numbers. */
export interface Collection {
  passageIds: string[];
  passages: string[];
  queries: { id: string; text: string; relevantRows: number[] }[];
}

/**
 * Numbers the passages in ascending order of their ids. Ties between scores are broken by this order, as in
 * InformationRetrievalEvaluator, so that a result does not depend on the order of passages in the file.
 */
export function toCollection(dataset: QADataset): Collection {
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

/** Ranks passages for one query. Scores may be offered in any order. */
export class Ranker {
  readonly #top: TopK;
  readonly #bestRelevant: Hit | undefined;
  #betterHits = 0;

  /**
   * @param depth length of the ranking.
   * @param relevant scores of the relevant passages, as far as they have one. They have to be offered as well.
   */
  constructor(depth: number, relevant: readonly Hit[]) {
    this.#top = new TopK(depth);
    this.#bestRelevant = relevant.reduce<Hit | undefined>(
      (best, hit) => (best === undefined || precedes(hit, best) ? hit : best),
      undefined,
    );
  }

  offer(row: number, score: number): void {
    const best = this.#bestRelevant;
    if (best !== undefined && (score > best.score || (score === best.score && row < best.row))) this.#betterHits++;
    this.#top.offer(row, score);
  }

  /** 1-based rank of the best relevant passage; 0 if no relevant passage has a score. */
  get rank(): number {
    return this.#bestRelevant === undefined ? 0 : this.#betterHits + 1;
  }

  ranking(queryId: string, passageIds: readonly string[]): Ranking {
    return {
      queryId,
      top: this.#top.sorted().map(({ row }) => passageIds[row] as string),
      rank: this.rank,
    };
  }
}

/**
 * Ranks all passages of a collection by cosine for every query, by exact search. Returns one `Ranker` per query.
 * @param depth length of the rankings.
 * @param onProgress texts embedded so far, of how many.
 * @throws Fault `quality` if the model returns vectors that are not unit vectors.
 */
export async function rankByCosine(
  encoder: TextEncoder,
  collection: Collection,
  depth: number,
  onProgress?: (done: number, total: number) => void,
): Promise<Ranker[]> {
  const texts = collection.queries.map(({ text }) => text);
  const embeddings = await embedCollection(encoder, texts, collection.passages, onProgress);
  return rankEmbeddings(collection, embeddings, depth);
}

/** As `rankByCosine`, of embeddings that have been made. */
export async function rankEmbeddings(
  { queries }: Collection,
  { queryEmbeddings, passageEmbeddings }: CollectionEmbeddings,
  depth: number,
): Promise<Ranker[]> {
  const rankers = queries.map(({ relevantRows }, q) => {
    const score = (row: number) => dot(queryEmbeddings[q] as Float32Array, passageEmbeddings[row] as Float32Array);
    return new Ranker(
      depth,
      relevantRows.map((row) => ({ row, score: score(row) })),
    );
  });
  await scoreBlocks(queryEmbeddings, passageEmbeddings, (q, row, score) => (rankers[q] as Ranker).offer(row, score));
  return rankers;
}
