import type { Comparison } from '../contracts/evaluation.ts';
import type { ReleaseRecord, TrainedCandidate } from '../contracts/release.ts';

/** What is kept of a run's model when it is promoted. @param comparedWith what `gain` compares it with. */
export function recordOf(
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
    ...(documents ? { documents } : {}),
    train: dataset.train,
    validation: dataset.validation,
  };
}
