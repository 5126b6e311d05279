import { Fault } from '../contracts/fault.ts';
import type { LossPoint } from '../contracts/training.ts';
import type { Pair } from '../dataset/pairs.ts';
import { pairsOf } from './data/training-plan.ts';
import { learningRate } from './optimizer/schedule.ts';
import type { PreparedTraining } from './prepare-training.ts';
import type { TrainingSession } from './session/training-session.ts';

export interface TrainingStep {
  readonly point: LossPoint;
  /** Pairs that the step trained on. */
  readonly samples: number;
  /** Wall-clock seconds. */
  readonly seconds: number;
}

/**
 * One optimizer step: the gradients of all batches of the planned step, then an update with clipped gradients at the
 * scheduled rate.
 * @param step From 0, less than the length of the plan.
 * @throws Fault `input` if the loss or the gradients are not finite, naming the step and its queries.
 */
export async function trainingStep(
  { options, pairs, plan, batchesOf }: PreparedTraining,
  session: TrainingSession<string>,
  step: number,
): Promise<TrainingStep> {
  const { weightDecay, maxGradientNorm, warmupRatio } = options;
  const planned = plan[step];
  if (!planned) throw new RangeError(`step ${step} is beyond the ${plan.length} planned steps`);
  const trainedOn = pairsOf(planned, pairs);
  const started = performance.now();
  let loss = 0;
  for (const batch of batchesOf(planned))
    loss += await session.gradients(batch, step, batch.queries.length / trainedOn.length);
  const rate = learningRate(step, plan.length, options.learningRate, warmupRatio);
  const gradientNorm = await session.update({ step: step + 1, learningRate: rate, weightDecay, maxGradientNorm });
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw diverged(step, trainedOn);
  return {
    point: { step: step + 1, loss, learningRate: rate, gradientNorm },
    samples: trainedOn.length,
    seconds: (performance.now() - started) / 1000,
  };
}

function diverged(step: number, pairs: readonly Pair[]): Fault {
  return new Fault(
    'input',
    `Training diverged at step ${step + 1}: the loss is no longer a number, on the queries ${pairs.map(({ id }) => id).join(', ')}.`,
    'Lower the learning rate, or check these questions and passages.',
  );
}
