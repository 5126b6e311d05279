import type { Metrics } from '../contracts/evaluation.ts';

/**
 * One evaluation during or after training. `epoch` and `steps` are -1 outside training, as in sentence-transformers.
 */
export interface ResultsRow {
  epoch: number;
  steps: number;
  /** Must include the metrics in `COLUMNS`, as those of `DEFAULT_CUTOFFS` do. */
  metrics: Metrics;
}

/** Column headers after `epoch,steps`, and their metrics: InformationRetrievalEvaluator's defaults, in its order. */
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

/** The file name that an InformationRetrievalEvaluator with this name writes to. */
export function resultsCsvName(name: string): string {
  return `Information-Retrieval_evaluation_${name}_results.csv`;
}

/**
 * A CSV file in the format of sentence-transformers' InformationRetrievalEvaluator (6.2), for tools that read its
 * files.
 * @throws RangeError if a metric is missing.
 */
export function resultsCsv(rows: readonly ResultsRow[]): string {
  const header = ['epoch', 'steps', ...COLUMNS.map(([name]) => name)];
  const lines = rows.map(({ epoch, steps, metrics }) => [
    epoch,
    steps,
    ...COLUMNS.map(([, metric]) => {
      const mean = metrics[metric];
      if (mean === undefined) throw new RangeError(`no ${metric} among the metrics`);
      return pythonFloat(mean.value);
    }),
  ]);
  return [header, ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}

/** Formats a float like Python's `str`: whole numbers end in `.0`. */
function pythonFloat(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}
