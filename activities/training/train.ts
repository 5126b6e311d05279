import { doStep } from '../../core/artifacts/step.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { TrainResult } from '../../core/contracts/training.ts';
import { TRAINING_VERSION } from '../../core/training/train-job.ts';
import { putJson } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { putTuned } from '../runtime/models.ts';
import { durableTraining, type TrainInput } from './durable-training.ts';

/**
 * Trains the base model in a child process, from the newest stored checkpoint if there is one. Stores the files of the
 * tuned model and the losses; checkpoints are stored under way and removed at the end.
 * Reused for the same model, dataset and options, whichever device trained.
 * @throws Fault `input` if model, data and options do not fit each other; `exhausted` if memory or disk ran out three
 *   times without progress; `Superseded` if another attempt has taken over.
 */
export async function train(context: StepContext, input: TrainInput): Promise<StepResult<TrainResult>> {
  const { base, dataset, options } = input;
  const inputs = { base: base.sha256, dataset: dataset.sha256 };
  const step = { name: 'train', version: TRAINING_VERSION, inputs, options };
  const training = await durableTraining(context, step, input);
  const { store } = training;
  const outcome = await doStep(store, step, TrainResult, async () => {
    const { losses, sha256: _weights, outputFolder, baseFolder: _, ...figures } = await training.run();
    const model = await putTuned(store, outputFolder);
    return { model, losses: await putJson(store, losses), ...figures };
  });
  await training.clear();
  const { scale, learningRate } = options;
  const { leftOut = 0, repeated = 0 } = outcome.output;
  const { steps, bestStep = steps, finalLoss, samplesPerSecond, exportDrift } = outcome.output;
  const kept = bestStep < steps ? ` · step ${bestStep} kept` : '';
  const uneven = [
    leftOut > 0 ? ` · ${counted(leftOut, 'pair')} left out` : '',
    repeated > 0 ? ` · ${counted(repeated, 'pair')} repeated` : '',
  ].join('');
  return {
    ...outcome,
    summary: `scale ${scale} · rate ${learningRate} · ${counted(steps, 'step')}${kept}${uneven} · loss ${finalLoss.toFixed(2)} · ${samplesPerSecond.toFixed(1)} pairs/s · export drift ${exportDrift.toExponential(0)}`,
  };
}
