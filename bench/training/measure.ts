import { fileURLToPath } from 'node:url';
import { Fault } from '../../core/contracts/fault.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { dataPath } from '../datasets.ts';
import { openModel } from '../models/open-model.ts';
import { type TrainingFigures, trainPeer } from '../peers/sentence-transformers.ts';
import { runJson } from '../run-json.ts';
import { planFlops } from './flops.ts';
import { type Plan, planTraining } from './plan.ts';
import { trainHone, withDropout } from './train-hone.ts';
import type { Variant } from './variants.ts';

const SGEMM = fileURLToPath(new URL('./sgemm.ts', import.meta.url));

export interface Settings {
  /**
   * Steps that are measured, after `warmUp` steps that are not: the first steps touch fresh memory and are slow in both
   * libraries.
   */
  readonly steps: number;
  readonly warmUp: number;
  readonly batchSize: number;
  /** Tokens. */
  readonly maxLength: number;
  readonly threads: number;
}

/** A model and a dataset, ready for training by either library. */
export interface Case {
  /** `model/dataset`. */
  readonly name: string;
  readonly model: string;
  readonly dataset: string;
  readonly plan: Plan;
  /** Floating-point operations of the measured steps together (see flops.ts). */
  readonly flops: number;
  /** Of the measured steps together. */
  readonly pairs: number;
}

export interface Figures extends TrainingFigures {
  readonly samplesPerSecond: number;
  /** Of those that the steps need (see flops.ts). */
  readonly flopsPerSecond: number;
}

/**
 * @throws Fault `input` if the model or the dataset does not exist, or if two epochs have fewer steps than asked for.
 */
export async function openCase(name: string, { steps, warmUp, batchSize, maxLength }: Settings): Promise<Case> {
  const [modelName = '', datasetName = ''] = name.split('/');
  const dataset = await dataPath(`${datasetName}.train.json`);
  const model = await openModel(modelName);
  const plan = await planTraining(dataset, TrainingOptions.parse({ batchSize }));
  const all = warmUp + steps;
  if (plan.length < all)
    throw new Fault(
      'input',
      `${name} has ${plan.length} steps, fewer than the ${all} asked for.`,
      'Give fewer --steps.',
    );
  const flops = (await planFlops(model, plan, maxLength)).slice(warmUp, all);
  return { name, model, dataset, plan, flops: sum(flops), pairs: plan.slice(warmUp, all).flat().length };
}

/** Runs the first steps of a case, in a new process. */
export async function measure(
  { model, dataset, plan, flops, pairs }: Case,
  { library, precision, dropout }: Variant,
  { steps, warmUp, batchSize, maxLength, threads }: Settings,
): Promise<Figures> {
  const options = withDropout({ batchSize, maxLength }, dropout);
  const stopAfter = warmUp + steps;
  const trained =
    library === 'hone'
      ? await trainHone({ model, dataset, plan, options, threads, stopAfter })
      : await trainPeer({
          ...options,
          batches: plan,
          model,
          maxLength,
          precision,
          dropout,
          threads,
          stopAfter,
          epochs: 1,
        });
  const seconds = sum(trained.seconds.slice(warmUp));
  return { ...trained, samplesPerSecond: pairs / seconds, flopsPerSecond: flops / seconds };
}

/** Floating-point operations per second of a large matrix product. */
export async function measureSgemm(threads: number): Promise<number> {
  const { flopsPerSecond } = await runJson<{ flopsPerSecond: number }>(process.execPath, [SGEMM], { threads }, threads);
  return flopsPerSecond;
}

const sum = (values: readonly number[]) => values.reduce((n, value) => n + value, 0);
