import { Fault } from '../contracts/fault.ts';
import { type Pair, readPairs } from '../dataset/pairs.ts';
import { embeddingDimension } from '../encoder/architectures/index.ts';
import { type ModelFolder, readModelFolder } from '../encoder/files/model-folder.ts';
import { holdOut } from './data/hold-out.ts';
import type { RankingBatch } from './data/ranking-batch.ts';
import { batchOf, type PlannedStep, planSteps } from './data/training-plan.ts';
import type { LossOptions } from './loss/ranking-loss.ts';
import { adapterSubject } from './subjects/query-adapter.ts';
import { modelSubject, type TrainingSubject } from './subjects/whole-model.ts';
import type { TrainJob } from './train-job.ts';

/** A job whose model and data have been read and whose steps are planned; nothing has been computed yet. */
export interface PreparedTraining {
  readonly model: ModelFolder;
  readonly pairs: readonly Pair[];
  readonly plan: readonly PlannedStep[];
  readonly subject: TrainingSubject;
  /** Of the questions held out. */
  readonly unseen: readonly RankingBatch[];
  batches(step: PlannedStep): RankingBatch[];
}

/** @throws Fault `input` if the model, the dataset or the options do not fit. */
export async function prepareTraining(job: TrainJob): Promise<PreparedTraining> {
  const { options } = job;
  const model = await readModelFolder(job.modelFolder);
  const { earlyStopping: watched } = options;
  const all = await readPairs(job.dataset);
  const { training: pairs, heldOut } = watched
    ? holdOut(all, watched.share, options.seed)
    : { training: all, heldOut: [] };
  const loss = lossOptions(job, model);
  const plan = planSteps(pairs, options, job.dataset);
  const batches = (step: PlannedStep) => step.map((batch) => batchOf(batch, pairs, options));
  const looks = watched ? planSteps(heldOut, { ...options, epochs: 1, accumulate: 1 }, job.dataset) : [];
  const unseen = looks.flat().map((batch) => batchOf(batch, heldOut, options));
  const subject = await (options.adapter ? adapterSubject : modelSubject)(job, model, loss, [
    ...plan.flatMap(batches),
    ...unseen,
  ]);
  return { model, pairs, plan, subject, unseen, batches };
}

/** @throws Fault `input` if rows are to be cut off beyond their width. */
function lossOptions({ options, modelFolder }: TrainJob, { encoder }: ModelFolder): LossOptions {
  const { scale, symmetric, falseNegativeMargin, matryoshka, matryoshkaWeights } = options;
  const [widest, width] = [Math.max(...(matryoshka ?? [])), embeddingDimension(encoder)];
  if (widest > width)
    throw new Fault(
      'input',
      `matryoshka asks for rows of ${widest} numbers, but the model in ${modelFolder} makes rows of ${width}.`,
      `Give widths up to ${width}.`,
    );
  return {
    scale,
    symmetric,
    ...(falseNegativeMargin !== undefined && { falseNegativeMargin }),
    ...(matryoshka && {
      matryoshka: matryoshka.map((width, i) => ({ width, weight: matryoshkaWeights?.[i] ?? 1 })),
    }),
  };
}
