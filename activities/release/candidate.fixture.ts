import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Evaluation, MeanWithInterval } from '../../core/contracts/evaluation.ts';
import type { TunedModel } from '../../core/contracts/model.ts';
import type { TrainedCandidate } from '../../core/contracts/release.ts';

export const meanOf = (value: number): MeanWithInterval => ({ value, low: value - 0.05, high: value + 0.05 });

/** Stores a model whose only file holds `weights`. */
export async function putModel(store: ArtifactStore, weights: string): Promise<TunedModel> {
  const ref = await store.putObject(new TextEncoder().encode(weights));
  return { files: [{ path: 'model.safetensors', ref }], sha256: ref.sha256 };
}

/** A candidate that a run trained and found better than its base by `gain`. */
export async function trainedCandidate(
  store: ArtifactStore,
  model: TunedModel,
  { workflowId = 'handbook-1', gain = 0.1 } = {},
): Promise<TrainedCandidate> {
  const ref = await store.putObject(new TextEncoder().encode('{}'));
  const evaluation = (system: string, hitRate: number): Evaluation => ({
    system,
    queries: 4,
    passages: 8,
    metrics: { 'hit@5': meanOf(hitRate) },
    rankings: ref,
    seconds: 1,
  });
  return {
    workflowId,
    base: { name: 'tiny', revision: 'local', sha256: ref.sha256, maxTokens: 64, dimension: 8 },
    model,
    evaluation: {
      dataset: 'validation',
      base: evaluation('base', 0.8 - gain),
      tuned: evaluation('tuned', 0.8),
      others: [],
      gain: { metric: 'hit@5', difference: meanOf(gain) },
    },
    dataset: { train: ref, validation: ref, trainQueries: 4, validationQueries: 4, validationPassages: 8 },
  };
}
