import type { Metrics } from '../contracts/evaluation.ts';

/** One evaluation during or after training; -1 where there is none, as sentence-transformers writes it. */
export interface ResultsRow {
  epoch: number;
  steps: number;
  /** Must hold the metrics of `COLUMNS`, as `DEFAULT_CUTOFFS` does. */
  metrics: Metrics;
}

/** Headers after `epoch,steps` and the metric each shows: InformationRetrievalEvaluator's defaults, in its order. */
const COLUMNS: readonly (readonly [header: string, metric: string])[] = [
  ...[1, 3, 5, 10].map((k) => [`cosine-Accuracy@${k}`, `hit@${k}`] as const),
  ...[1, 3, 5, 10].flatMap((k) => [
    [`cosine-Precision@${k}`, `precision@${k}`] as const,
    [`cosine-Recall@${k}`, `recall@${k}`] as const,
  ]),
  ['cosine-MRR@10', 'mrr@10'],
  ['cosine-NDCG@10', 'ndcg@10'],
  ['cosine-MAP@100', 'map@100'],
];

/** File name that an InformationRetrievalEvaluator called `name` writes to. */
export function resultsCsvName(name: string): string {
  return `Information-Retrieval_evaluation_${name}_results.csv`;
}

/**
 * The file that sentence-transformers' InformationRetrievalEvaluator (6.2) writes, so that what reads those reads ours.
 * @throws RangeError if a row lacks a metric.
 */
export function resultsCsv(rows: readonly ResultsRow[]): string {
  const header = ['epoch', 'steps', ...COLUMNS.map(([name]) => name)];
  const lines = rows.map(({ epoch, steps, metrics }) => [
    epoch,
    steps,
    ...COLUMNS.map(([, metric]) => {
      const estimate = metrics[metric];
      if (estimate === undefined) throw new RangeError(`no ${metric} among the metrics`);
      return pythonFloat(estimate.value);
    }),
  ]);
  return [header, ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}

/** As Python's `str` writes a float: whole numbers keep their `.0`. */
function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
