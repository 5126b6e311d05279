import type { StageProgress } from '../contracts/progress.ts';
import type { LossPoint } from '../contracts/training.ts';
import type { Pair } from '../dataset/pairs.ts';
import { measureDrift } from '../encoder/export/measure-drift.ts';
import type { ModelFolder } from '../encoder/files/model-folder.ts';
import { discardCheckpoints, readCheckpoint, writeCheckpoint } from './checkpoints/checkpoint.ts';
import { CheckpointInterval } from './checkpoints/checkpoint-interval.ts';
import { countSamples, countUneven } from './data/training-plan.ts';
import { EarlyStopping, withWeights } from './loss/early-stopping.ts';
import { prepareTraining } from './prepare-training.ts';
import { Throughput } from './throughput.ts';
import { jobKey, type TrainJob, type TrainOutcome } from './train-job.ts';
import { trainingStep } from './training-step.ts';

export interface TrainHooks {
  onProgress(progress: StageProgress): void;
  /** Called when what comes before the steps is done, and when the steps are. */
  onPhase?(next: 'steps' | 'save'): void;
  /** Called after a checkpoint was written to the checkpoint folder. */
  onCheckpoint?(): void;
  /** Called after every step. If it returns true, a checkpoint is written and training ends. */
  stopping(): Promise<boolean> | boolean;
  /** Seconds that the store took for the last checkpoint; the interval is stretched to it. Default: 0. */
  storeSeconds?(): number;
}

/**
 * Trains the model on the dataset's pairs and saves the tuned folder. The result is a function of the job, however
 * often training is interrupted and resumed.
 * @returns undefined if `stopping` ended the training; its last checkpoint is then in the checkpoint folder.
 * @throws Fault `input` if the model, the dataset or the options do not fit each other, or if training diverges.
 */
export async function train(job: TrainJob, hooks: TrainHooks): Promise<TrainOutcome | undefined> {
  const { options, checkpointFolder, checkpointEverySeconds = 60 } = job;
  const training = await prepareTraining(job);
  const { model, pairs, plan, trainable, heldOutBatches } = training;
  const key = await jobKey(job, model);
  const resumed = await readCheckpoint(checkpointFolder, key, trainable.parameters);
  if (!resumed) await discardCheckpoints(checkpointFolder);
  const session = await trainable.openSession();
  const earlyStopping = options.earlyStopping && new EarlyStopping(options.earlyStopping, resumed?.best);
  const losses: LossPoint[] = [...(resumed?.losses ?? [])];
  const throughput = new Throughput();
  let seconds = resumed?.seconds ?? 0;
  let samples = countSamples(plan.slice(0, losses.length));
  const allSamples = countSamples(plan);
  const interval = new CheckpointInterval(checkpointEverySeconds, performance.now());
  let savedStep = losses.length;

  const save = async (step: number) => {
    const state = { key, step, seconds, losses, best: earlyStopping?.best };
    const begin = performance.now();
    await writeCheckpoint(checkpointFolder, state, await session.read());
    interval.saved(begin, performance.now());
    savedStep = step;
    hooks.onCheckpoint?.();
  };
  const report = (step: number) => {
    const rate = throughput.samplesPerSecond;
    hooks.onProgress({
      done: step,
      total: plan.length,
      unit: 'steps',
      ...(rate && { rate, etaSeconds: (allSamples - samples) / rate }),
      ...figuresOf(losses),
    });
  };

  report(losses.length);
  hooks.onPhase?.('steps');
  for (let step = losses.length; step < plan.length && !earlyStopping?.isOutOfPatience(losses); step++) {
    const { point, ...measured } = await trainingStep(training, session, step);
    seconds += measured.seconds;
    samples += measured.samples;
    throughput.add(measured.samples, measured.seconds);
    if (session.heldOutLoss && earlyStopping?.isDue(step + 1, plan.length)) {
      point.heldOut = await session.heldOutLoss(heldOutBatches);
      earlyStopping.record(step + 1, point.heldOut, await session.read());
    }
    losses.push(point);
    report(step + 1);
    if (await hooks.stopping()) {
      await save(step + 1);
      return undefined;
    }
    interval.stored(hooks.storeSeconds?.() ?? 0);
    if (interval.isDue(performance.now())) await save(step + 1);
  }

  hooks.onPhase?.('save');
  // Saving and exporting take memory that steps do not take. If they end the process, nothing is trained again.
  if (losses.length > savedStep) await save(losses.length);
  const last = await session.read();
  // Saving then takes the memory that steps took.
  await session.close();
  const best = earlyStopping?.best;
  const sha256 = best
    ? await trainable.save(withWeights(last, best), losses.slice(0, best.step))
    : await trainable.save(last, losses);
  return {
    sha256,
    losses,
    samples,
    ...countUneven(plan, pairs.length),
    steps: losses.length,
    seconds,
    samplesPerSecond: samples / seconds,
    finalLoss: recentLoss(losses),
    ...(best && { bestStep: best.step }),
    exportDrift: await driftOf(job, model, pairs),
  };
}

/** Measured on few and short texts: a faulty export shows on any text, and the measurement costs little time. */
async function driftOf({ outputFolder, threads }: TrainJob, { encoder }: ModelFolder, pairs: readonly Pair[]) {
  const texts = pairs.slice(0, 2).flatMap(({ query, passage }) => [query, passage]);
  const limits = { maxLength: Math.min(32, encoder.maxTokens), ...(threads && { threads }) };
  const [drift] = await measureDrift(outputFolder, ['onnx/model.onnx'], texts, limits);
  return Math.max(0, 1 - (drift?.minCosine ?? Number.NaN));
}

function figuresOf(losses: readonly LossPoint[]): Pick<StageProgress, 'note' | 'training'> {
  const last = losses.at(-1);
  if (!last) return {};
  const loss = recentLoss(losses);
  const heldOutLoss = losses.findLast((point) => point.heldOut !== undefined)?.heldOut;
  const note = `loss ${loss.toFixed(2)}`;
  const training = { loss, gradientNorm: last.gradientNorm };
  if (heldOutLoss === undefined) return { note, training };
  return { note: `${note} · held out ${heldOutLoss.toFixed(2)}`, training: { ...training, heldOutLoss } };
}

/**
 * Mean over the last ten steps. A single step says little, least of all the last of an epoch, which may have few pairs.
 */
function recentLoss(losses: readonly LossPoint[]): number {
  const recent = losses.slice(-10);
  return recent.reduce((sum, { loss }) => sum + loss, 0) / recent.length;
}
