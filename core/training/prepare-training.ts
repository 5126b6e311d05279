import { Fault } from '../contracts/fault.ts';
import type { TrainingOptions } from '../contracts/training.ts';
import { type Pair, readPairs } from '../dataset/pairs.ts';
import { embeddingDimension } from '../encoder/architectures/index.ts';
import { type ModelFolder, readModelFolder } from '../encoder/files/model-folder.ts';
import { rejectQueryAdapter } from '../encoder/files/query-adapter.ts';
import { holdOut } from './data/hold-out.ts';
import type { RankingBatch } from './data/ranking-batch.ts';
import { type PlannedStep, planSteps, toRankingBatch } from './data/training-plan.ts';
import type { LossOptions } from './loss/ranking-loss.ts';
import type { TrainJob } from './train-job.ts';
import { trainableQueryAdapter } from './trainables/query-adapter.ts';
import type { Trainable } from './trainables/trainable.ts';
import { trainableModel } from './trainables/whole-model.ts';

/** A job whose model and data have been read and whose steps are planned. Nothing has been computed yet. */
export interface PreparedTraining {
  readonly options: TrainingOptions;
  readonly model: ModelFolder;
  /** Those that are trained on. */
  readonly pairs: readonly Pair[];
  readonly plan: readonly PlannedStep[];
  readonly trainable: Trainable;
  /** Of the questions held out for early stopping; empty without it. */
  readonly heldOutBatches: readonly RankingBatch[];
  batchesOf(step: PlannedStep): RankingBatch[];
}

/**
 * @throws Fault `input` if the model, the dataset or the options do not fit each other, or the model has a query
 *   adapter.
 */
export async function prepareTraining(job: TrainJob): Promise<PreparedTraining> {
  const { options, dataset } = job;
  const { earlyStopping, seed } = options;
  const model = await readModelFolder(job.modelFolder);
  rejectQueryAdapter(model, `in ${job.modelFolder}`);
  const all = await readPairs(dataset);
  const { training: pairs, heldOut } = earlyStopping
    ? holdOut(all, earlyStopping.share, seed)
    : { training: all, heldOut: [] };
  const loss = lossOptions(job, model);
  const plan = planSteps(pairs, options, dataset);
  const batchesOf = (step: PlannedStep) => step.map((batch) => toRankingBatch(batch, pairs, options));
  const onePass = { ...options, epochs: 1, accumulate: 1 };
  const heldOutPlan = earlyStopping ? planSteps(heldOut, onePass, dataset) : [];
  const heldOutBatches = heldOutPlan.flat().map((batch) => toRankingBatch(batch, heldOut, options));
  const batches = [...plan.flatMap(batchesOf), ...heldOutBatches];
  const trainable = await (options.adapter ? trainableQueryAdapter : trainableModel)(job, model, loss, batches);
  return { options, model, pairs, plan, trainable, heldOutBatches, batchesOf };
}

/** @throws Fault `input` if a Matryoshka width exceeds the model's embeddings. */
function lossOptions({ options, modelFolder }: TrainJob, { encoder }: ModelFolder): LossOptions {
  const { scale, symmetric, falseNegativeMargin, sharedPassages, matryoshka, matryoshkaWeights } = options;
  const [widest, dimensions] = [Math.max(...(matryoshka ?? [])), embeddingDimension(encoder)];
  if (widest > dimensions)
    throw new Fault(
      'input',
      `matryoshka asks for embeddings of ${widest} dimensions, but those of the model in ${modelFolder} have ${dimensions}.`,
      `Give widths up to ${dimensions}.`,
    );
  return {
    scale,
    symmetric,
    falseNegativeMargin,
    sharedPassages,
    matryoshka: matryoshka?.map((width, i) => ({ width, weight: matryoshkaWeights?.[i] ?? 1 })),
  };
}
