import type { Evaluation } from '../../core/contracts/evaluation.ts';
import type { RunResult } from '../../core/contracts/run-result.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';

const ref = { uri: 'file:///w/.hone/store/objects/aa', sha256: 'a'.repeat(64), bytes: 1 };

function evaluation(system: string, hit: number): Evaluation {
  const means = { 'hit@5': hit, 'mrr@5': hit - 0.1, 'mrr@10': hit - 0.1, 'ndcg@10': hit - 0.05 };
  const metrics = Object.fromEntries(
    Object.entries(means).map(([name, value]) => [name, { value, low: value - 0.0512, high: value + 0.0512 }]),
  );
  return { system, queries: 96, passages: 60, metrics, rankings: ref, seconds: 1 };
}

/** Evaluation on the validation set: tuned is better than base by 11.45 points in hit rate at 5. */
export const datasetEvaluation: RunResult['evaluations'][number] = {
  dataset: 'validation',
  base: evaluation('base', 0.7188),
  tuned: evaluation('tuned', 0.8333),
  others: [evaluation('BM25', 0.7812)],
  gain: { metric: 'hit@5', difference: { value: 0.1145, low: 0.062, high: 0.169 } },
};

/** A run whose model was published as version 2 of `handbook`, with its store under `/w/.hone`. */
export const runResult: RunResult = {
  base: { name: 'mini', revision: 'abc', sha256: 'b'.repeat(64), maxTokens: 256, dimension: 384 },
  model: { files: [], sha256: 'c'.repeat(64) },
  modelUri: 'file:///w/.hone/store/models/%E6%89%8B%E5%86%8C',
  report: ref,
  reportUri: 'file:///w/.hone/store/report.html',
  evaluations: [datasetEvaluation],
  recipe: { options: TrainingOptions.parse({}), merge: 1 },
  training: { samples: 680, seconds: 40.5, samplesPerSecond: 16.8, steps: 68 },
  dataset: { train: ref, validation: ref, trainQueries: 240, validationQueries: 96, validationPassages: 60 },
  cost: { dollars: 1.234, requests: 36, promptTokens: 61_000, completionTokens: 4_200 },
  counts: { documents: 46, skipped: 1, chunks: 168, questions: 336 },
  published: { name: 'handbook', version: 2, promoted: true, reason: 'Better than base by 11.5 points.' },
};
