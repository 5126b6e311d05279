import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { deviceEnvironment } from '../../core/devices/cuda-libraries.ts';
import type { DeviceName } from '../../core/devices/device-names.ts';
import { trainingEnvironment } from '../../core/training/process/allocator.ts';
import type { TrainingFigures } from '../peers/sentence-transformers.ts';
import { runJson } from '../run-json.ts';
import type { Plan } from './plan.ts';
import type { HoneJob } from './train-hone-child.ts';

const CHILD = fileURLToPath(new URL('./train-hone-child.ts', import.meta.url));

/** Options with dropout at the model's own rates, or without dropout. */
export function withDropout(options: Partial<TrainingOptions>, dropout: boolean): TrainingOptions {
  return TrainingOptions.parse({ ...options, dropout: dropout ? 'model' : 0 });
}

export interface HoneTraining {
  /** Folder of the base model. */
  readonly model: string;
  /** Path of the dataset. */
  readonly dataset: string;
  /** Of the same dataset and options. */
  readonly plan: Plan;
  readonly options: TrainingOptions;
  readonly threads: number;
  /** Default `cpu`. */
  readonly device?: DeviceName | undefined;
  /** Steps; default: all. */
  readonly stopAfter?: number | undefined;
  /** Folder for the tuned model; default: it is not kept. */
  readonly saveTo?: string | undefined;
}

/**
 * Trains with Hone's trainer in a process of its own, without periodic checkpoints, as sentence-transformers writes
 * none either.
 */
export async function trainHone(training: HoneTraining): Promise<TrainingFigures> {
  const { model, dataset, plan, options, threads, device, stopAfter, saveTo } = training;
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  try {
    const job: HoneJob = {
      job: {
        modelFolder: model,
        dataset,
        options,
        outputFolder: saveTo ?? join(folder, 'tuned'),
        checkpointFolder: join(folder, 'checkpoint'),
        checkpointEverySeconds: Number.MAX_SAFE_INTEGER,
        threads,
        device,
      },
      plan,
      stopAfter,
    };
    const environment = trainingEnvironment(await deviceEnvironment(device));
    return await runJson(process.execPath, [CHILD], job, threads, environment);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
