import type { Comparison } from '../contracts/evaluation.ts';
import type { ReleaseRecord, TrainedCandidate } from '../contracts/release.ts';

/**
 * What the registry stores of a candidate when it is promoted.
 * @param comparedWith name of the model that `gain` compares it with: `base`, `handbook v2`.
 */
export function releaseRecord(
  { workflowId, base, model, evaluation, documents, dataset }: TrainedCandidate,
  modelUri: string,
  gain: Comparison,
  comparedWith: string,
): ReleaseRecord {
  const score = evaluation.tuned.metrics[gain.metric];
  if (score === undefined) throw new RangeError(`no ${gain.metric} among the metrics`);
  return {
    model,
    modelUri,
    workflowId,
    base: base.name,
    metric: gain.metric,
    score,
    gain: gain.difference,
    comparedWith,
    documents,
    train: dataset.train,
    validation: dataset.validation,
  };
}
