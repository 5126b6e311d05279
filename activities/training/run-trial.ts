import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { type MergeScore, Trial } from '../../core/contracts/recipe.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { TRAINING_VERSION } from '../../core/training/train-job.ts';
import type { StepContext } from '../runtime/context.ts';
import { inThread } from '../threads/in-thread.ts';
import { durableTraining, type TrainInput } from './durable-training.ts';

/** Interpolating all weights and ranking all passages take seconds. */
const scoreMerge = inThread('scoreMerge');

type Input = TrainInput & {
  /** JSON of `QADataset`: questions that `dataset` does not hold. */
  development: ArtifactRef;
  /** JSON of `QADataset`: other questions, which the model must not forget. */
  general?: ArtifactRef | undefined;
  /** Shares of the tuned model to merge with and evaluate. */
  merges: readonly number[];
  /** For the progress: `trial 1 of 3`. */
  label: string;
};

/**
 * Trains on a part of the training data and evaluates the tuned model, merged with the base at several shares, on the
 * rest. Stores nothing but the scores, and checkpoints under way. Reused for the same model, data and options.
 * @throws Fault as `train`
 */
export async function runTrial(context: StepContext, input: Input): Promise<StepResult<Trial>> {
  const { base, dataset, development, general, options, merges, label } = input;
  const step = {
    name: 'run-trial',
    version: TRAINING_VERSION,
    inputs: {
      base: base.sha256,
      dataset: dataset.sha256,
      development: development.sha256,
      ...(general && { general: general.sha256 }),
    },
    options: { ...options, merges, losses: 'by question' },
  };
  const training = await durableTraining(context, step, input, label);
  // As of the trainer: a store that is away must not end the attempt, which would train again.
  const { store } = training;
  const outcome = await doStep(store, step, Trial, async () => {
    const { baseFolder, outputFolder, steps, seconds } = await training.run();
    const scores: MergeScore[] = [];
    for (const merge of merges) {
      const note = `${label} · merge ${merge}`;
      scores.push(await scoreMerge(context, { baseFolder, outputFolder, merge, development, general, options, note }));
    }
    return { learningRate: options.learningRate, steps, seconds, scores };
  });
  await training.clear();
  return { ...outcome, summary: `${label} · ${describe(outcome.output)}` };
}

function describe({ learningRate, scores }: Trial): string {
  const [best] = scores.toSorted((a, b) => a.development.loss - b.development.loss);
  if (!best) throw new RangeError('a trial has no scores');
  const { merge, development } = best;
  const merged = merge === 1 ? '' : `, merged at ${merge}`;
  return `rate ${learningRate}${merged} · development loss ${development.loss.toFixed(3)}`;
}
