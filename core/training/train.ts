import { Fault } from '../contracts/fault.ts';
import type { StageProgress } from '../contracts/progress.ts';
import type { LossPoint } from '../contracts/training.ts';
import type { Pair } from '../dataset/pairs.ts';
import { measureDrift } from '../encoder/export/measure-drift.ts';
import type { ModelFolder } from '../encoder/files/model-folder.ts';
import { discardCheckpoints, readCheckpoint, writeCheckpoint } from './checkpoints/checkpoint.ts';
import { pairsIn } from './data/training-plan.ts';
import { EarlyStopping, withWeights } from './loss/early-stopping.ts';
import { learningRate } from './optimizer/schedule.ts';
import { prepareTraining } from './prepare-training.ts';
import { Pace } from './throughput.ts';
import { jobKey, type TrainJob, type TrainOutcome } from './train-job.ts';

export interface TrainHooks {
  onProgress(progress: StageProgress): void;
  /** The checkpoint folder holds a new one. */
  onCheckpoint?(): void;
  /** Asked after every step; on true a checkpoint is written and training ends. */
  stopping(): Promise<boolean> | boolean;
}

/**
 * Trains the model on the dataset's pairs and saves the tuned folder; a function of the job alone, however often it is interrupted.
 * @returns undefined if it was stopped; the checkpoint then stands where it ended.
 * @throws Fault `input` if the model, the dataset or the options do not fit, or training diverges (naming step and queries).
 */
export async function train(job: TrainJob, hooks: TrainHooks): Promise<TrainOutcome | undefined> {
  const { options, checkpointFolder } = job;
  const { model, pairs, plan, batches, unseen, subject } = await prepareTraining(job);
  const { earlyStopping: watched } = options;
  const key = await jobKey(job, model);
  const resumed = await readCheckpoint(checkpointFolder, key, subject.trained);
  if (!resumed) await discardCheckpoints(checkpointFolder);
  const session = await subject.open();
  const earlyStopping = watched && new EarlyStopping(watched, resumed?.best);
  const losses: LossPoint[] = [...(resumed?.losses ?? [])];
  let seconds = resumed?.seconds ?? 0;
  let saved = Date.now();
  const pace = new Pace();
  const samples = plan.reduce((n, step) => n + pairsIn(step).length, 0);
  let seen = plan.slice(0, losses.length).reduce((n, step) => n + pairsIn(step).length, 0);
  const save = async (step: number) => {
    const best = earlyStopping?.best;
    await writeCheckpoint(
      checkpointFolder,
      { key, step, seconds, losses, ...(best && { best }) },
      await session.read(),
    );
    saved = Date.now();
    hooks.onCheckpoint?.();
  };
  const report = (step: number) => {
    const rate = pace.rate;
    hooks.onProgress({
      done: step,
      total: plan.length,
      unit: 'steps',
      ...(rate && { rate, etaSeconds: (samples - seen) / rate }),
      ...(losses.length > 0 && { note: noteOf(losses) }),
    });
  };

  report(losses.length);
  for (let step = losses.length; step < plan.length && !earlyStopping?.isOver(losses); step++) {
    const started = performance.now();
    const batch = pairsIn(plan[step]).map((i) => pairs[i]);
    let loss = 0;
    for (const part of batches(plan[step]))
      loss += await session.gradients(part, step, part.queries.length / batch.length);
    const rate = learningRate(step, plan.length, options.learningRate, options.warmupRatio);
    const gradientNorm = await session.update({ ...options, step: step + 1, learningRate: rate });
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw diverged(step, batch);
    const took = (performance.now() - started) / 1000;
    seconds += took;
    pace.add(batch.length, took);
    seen += batch.length;
    const point: LossPoint = { step: step + 1, loss, learningRate: rate, gradientNorm };
    if (session.loss && earlyStopping?.isDue(step + 1, plan.length)) {
      point.heldOut = await session.loss(unseen);
      earlyStopping.look(step + 1, point.heldOut, await session.read());
    }
    losses.push(point);
    report(step + 1);
    if (await hooks.stopping()) {
      await save(step + 1);
      return undefined;
    }
    if (Date.now() - saved >= (job.checkpointEverySeconds ?? 60) * 1000) await save(step + 1);
  }

  const last = await session.read();
  const best = earlyStopping?.best;
  const sha256 = best
    ? await subject.save(withWeights(last, best), losses.slice(0, best.step))
    : await subject.save(last, losses);
  await session.close();
  const exportDrift = await driftOf(job, model, pairs);
  return {
    sha256,
    losses,
    samples: seen,
    steps: losses.length,
    seconds,
    samplesPerSecond: seen / seconds,
    finalLoss: recentLoss(losses),
    ...(best && { bestStep: best.step }),
    exportDrift,
  };
}

/** Few and short texts: an export that went wrong shows in any, and training has taken long enough. */
async function driftOf({ outputFolder, threads }: TrainJob, { encoder }: ModelFolder, pairs: readonly Pair[]) {
  const texts = pairs.slice(0, 2).flatMap(({ query, passage }) => [query, passage]);
  const limits = { maxLength: Math.min(32, encoder.maxTokens), ...(threads && { threads }) };
  const [drift] = await measureDrift(outputFolder, ['onnx/model.onnx'], texts, limits);
  return Math.max(0, 1 - (drift?.minCosine ?? Number.NaN));
}

function noteOf(losses: readonly LossPoint[]): string {
  const looked = losses.findLast(({ heldOut }) => heldOut !== undefined)?.heldOut;
  return `loss ${recentLoss(losses).toFixed(2)}${looked === undefined ? '' : ` · held out ${looked.toFixed(2)}`}`;
}

/** Mean over the last ten steps: a single one, and most of all the short last one of an epoch, says little. */
function recentLoss(losses: readonly LossPoint[]): number {
  const recent = losses.slice(-10);
  return recent.reduce((sum, { loss }) => sum + loss, 0) / recent.length;
}

function diverged(step: number, batch: readonly Pair[]): Fault {
  return new Fault(
    'input',
    `Training diverged at step ${step + 1}: the loss is no longer a number, on the queries ${batch.map(({ id }) => id).join(', ')}.`,
    'Lower the learning rate, or look at those questions and passages.',
  );
}
