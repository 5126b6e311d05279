import type { QADataset } from '../contracts/dataset.ts';
import type { Metrics, Ranking } from '../contracts/evaluation.ts';
import { meanIntervals } from './mean-intervals.ts';

/** Cut-offs of each kind of metric: `hit@1`, `hit@3`… */
export interface Cutoffs {
  hit: readonly number[];
  /** Of precision and recall. */
  precisionRecall: readonly number[];
  mrr: readonly number[];
  ndcg: readonly number[];
  map: readonly number[];
}

/** The defaults of sentence-transformers' InformationRetrievalEvaluator, with MRR and nDCG at 5 in addition. */
export const DEFAULT_CUTOFFS: Cutoffs = {
  hit: [1, 3, 5, 10],
  precisionRecall: [1, 3, 5, 10],
  mrr: [5, 10],
  ndcg: [5, 10],
  map: [100],
};

/** Names of all metrics, as they are keys of `Metrics`: `hit@1`… */
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

/** The largest cut-off: how long rankings have to be. */
export function maxCutoff(cutoffs: Cutoffs): number {
  return Math.max(...cutoffs.hit, ...cutoffs.precisionRecall, ...cutoffs.mrr, ...cutoffs.ndcg, ...cutoffs.map);
}

/**
 * @param relevance whether each of the first k passages is relevant.
 * @param relevant number of relevant passages in the corpus.
 */
type Score = (relevance: readonly boolean[], relevant: number, k: number) => number;

const count = (relevance: readonly boolean[]) => relevance.filter(Boolean).length;
const discountedGain = (relevance: readonly boolean[]) =>
  relevance.reduce((sum, isRelevant, i) => sum + (isRelevant ? 1 / Math.log2(i + 2) : 0), 0);

/**
 * The metrics of one query, as sentence-transformers 6.2 defines them in `InformationRetrievalEvaluator`: hit@k is its
 * accuracy@k; relevance is binary; average precision is divided by min(k, relevant); precision@k is divided by k even
 * if the corpus is smaller.
 */
const SCORES: Readonly<Record<string, Score>> = {
  hit: (relevance) => (relevance.includes(true) ? 1 : 0),
  precision: (relevance, _relevant, k) => count(relevance) / k,
  recall: (relevance, relevant) => count(relevance) / relevant,
  mrr: (relevance) => (relevance.includes(true) ? 1 / (relevance.indexOf(true) + 1) : 0),
  ndcg: (relevance, relevant, k) =>
    discountedGain(relevance) / discountedGain(new Array<boolean>(Math.min(relevant, k)).fill(true)),
  map: (relevance, relevant, k) =>
    relevance.reduce((sum, isRelevant, i) => sum + (isRelevant ? count(relevance.slice(0, i + 1)) / (i + 1) : 0), 0) /
    Math.min(k, relevant),
};

/** A metric (`hit@5`) of one query, 0 to 1. @throws RangeError if there is no such metric. */
export function scoreQuery(metric: string, top: readonly string[], relevant: ReadonlySet<string>): number {
  const [kind, k] = metric.split('@');
  const score = SCORES[kind as string];
  const cutoff = Number(k);
  if (score === undefined || !(cutoff >= 1)) throw new RangeError(`no metric is called ${metric}`);
  return score(
    top.slice(0, cutoff).map((id) => relevant.has(id)),
    relevant.size,
    cutoff,
  );
}

/** A metric of each query, in the order of the rankings. @throws RangeError if there is no such metric. */
export function queryValues(dataset: QADataset, rankings: readonly Ranking[], metric: string): Float64Array {
  return Float64Array.from(rankings, ({ queryId, top }) =>
    scoreQuery(metric, top, new Set(dataset.relevant_docs[queryId] ?? [])),
  );
}

/** The metric of each query, in the order of the rankings, if all its relevant passages came first. */
export function highestValues(dataset: QADataset, rankings: readonly Ranking[], metric: string): Float64Array {
  return Float64Array.from(rankings, ({ queryId }) => {
    const relevant = dataset.relevant_docs[queryId] ?? [];
    return scoreQuery(metric, relevant, new Set(relevant));
  });
}

/**
 * The mean of each metric over all queries with its 95 % interval; see `meanIntervals`.
 * @param groups of each ranking; see `questionGroups`.
 * @throws RangeError if there is no query.
 */
export function summarise(
  dataset: QADataset,
  rankings: readonly Ranking[],
  cutoffs: Cutoffs,
  groups?: readonly string[],
): Metrics {
  const names = metricNames(cutoffs);
  const columns = names.map((name) => ({
    values: queryValues(dataset, rankings, name),
    highest: highestValues(dataset, rankings, name),
  }));
  const means = meanIntervals(columns, groups);
  return Object.fromEntries(names.map((name, i) => [name, means[i]])) as Metrics;
}
