import type { QADataset } from '../contracts/dataset.ts';
import type { Metrics, Ranking } from '../contracts/evaluation.ts';
import { bootstrapMeans } from './bootstrap.ts';

/** The values of k at which each kind of metric is computed. */
export interface Cutoffs {
  hit: readonly number[];
  /** Precision and recall. */
  precisionRecall: readonly number[];
  mrr: readonly number[];
  ndcg: readonly number[];
  map: readonly number[];
}

/** Cutoffs of sentence-transformers' InformationRetrievalEvaluator, plus MRR and nDCG at 5. */
export const DEFAULT_CUTOFFS: Cutoffs = {
  hit: [1, 3, 5, 10],
  precisionRecall: [1, 3, 5, 10],
  mrr: [5, 10],
  ndcg: [5, 10],
  map: [100],
};

export function metricNames(cutoffs: Cutoffs): string[] {
  return [
    ...cutoffs.hit.map((k) => `hit@${k}`),
    ...cutoffs.precisionRecall.map((k) => `precision@${k}`),
    ...cutoffs.precisionRecall.map((k) => `recall@${k}`),
    ...cutoffs.mrr.map((k) => `mrr@${k}`),
    ...cutoffs.ndcg.map((k) => `ndcg@${k}`),
    ...cutoffs.map.map((k) => `map@${k}`),
  ];
}

export function maxCutoff(cutoffs: Cutoffs): number {
  return Math.max(...cutoffs.hit, ...cutoffs.precisionRecall, ...cutoffs.mrr, ...cutoffs.ndcg, ...cutoffs.map);
}

type Score = (relevance: readonly boolean[], relevant: number, k: number) => number;

const count = (relevance: readonly boolean[]) => relevance.filter(Boolean).length;
const discounted = (relevance: readonly boolean[]) =>
  relevance.reduce((sum, isRelevant, i) => sum + (isRelevant ? 1 / Math.log2(i + 2) : 0), 0);

/**
 * Score of one query, from the relevance of its first k passages and the number of relevant passages in the corpus.
 * Definitions: `InformationRetrievalEvaluator` of sentence-transformers 6.2 (hit@k is its accuracy@k; relevance is
 * binary; average precision is divided by min(k, relevant); precision@k by k, however small the corpus).
 */
const SCORES: Readonly<Record<string, Score>> = {
  hit: (relevance) => (relevance.includes(true) ? 1 : 0),
  precision: (relevance, _relevant, k) => count(relevance) / k,
  recall: (relevance, relevant) => count(relevance) / relevant,
  mrr: (relevance) => (relevance.includes(true) ? 1 / (relevance.indexOf(true) + 1) : 0),
  ndcg: (relevance, relevant, k) =>
    discounted(relevance) / discounted(new Array<boolean>(Math.min(relevant, k)).fill(true)),
  map: (relevance, relevant, k) =>
    relevance.reduce((sum, isRelevant, i) => sum + (isRelevant ? count(relevance.slice(0, i + 1)) / (i + 1) : 0), 0) /
    Math.min(k, relevant),
};

/**
 * Value of one metric (`hit@5`) for one query, 0 to 1.
 * @param top ids of the ranked passages, best first.
 * @throws RangeError if there is no such metric.
 */
export function scoreQuery(metric: string, top: readonly string[], relevant: ReadonlySet<string>): number {
  const [kind, k] = metric.split('@');
  const score = SCORES[kind as string];
  const depth = Number(k);
  if (score === undefined || !(depth >= 1)) throw new RangeError(`no metric is called ${metric}`);
  return score(
    top.slice(0, depth).map((id) => relevant.has(id)),
    relevant.size,
    depth,
  );
}

/** Values of one metric, one per ranking, in the order of the rankings. */
export function queryValues(dataset: QADataset, rankings: readonly Ranking[], metric: string): Float64Array {
  return Float64Array.from(rankings, ({ queryId, top }) =>
    scoreQuery(metric, top, new Set(dataset.relevant_docs[queryId] ?? [])),
  );
}

/** Means over all queries, each with its 95 % bootstrap confidence interval. */
export function summarise(dataset: QADataset, rankings: readonly Ranking[], cutoffs: Cutoffs): Metrics {
  const names = metricNames(cutoffs);
  const means = bootstrapMeans(names.map((name) => queryValues(dataset, rankings, name)));
  return Object.fromEntries(names.map((name, i) => [name, means[i]])) as Metrics;
}
