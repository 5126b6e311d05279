import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { trainingEnvironment } from '../../core/training/process/allocator.ts';
import type { Trained } from '../peers/sentence-transformers.ts';
import { runJson } from '../run-json.ts';
import type { OurJob } from './ours.ts';
import type { Plan } from './plan.ts';

const OURS = fileURLToPath(new URL('./ours.ts', import.meta.url));

/** Options with dropout at the model's own rates, or none. */
export function withDropout(options: Partial<TrainingOptions>, dropout: boolean): TrainingOptions {
  return TrainingOptions.parse({ ...options, dropout: dropout ? 'model' : 0 });
}

export interface OurTraining {
  readonly model: string;
  readonly dataset: string;
  readonly plan: Plan;
  readonly options: TrainingOptions;
  readonly threads: number;
  /** Steps; default: all. */
  readonly stopAfter?: number;
  /** Folder for the tuned model; default: it is not kept. */
  readonly saveTo?: string;
}

/** Trains in a process of its own, as Hone does, without checkpoints on the way: the other side writes none either. */
export async function trainOurs({
  model,
  dataset,
  plan,
  options,
  threads,
  stopAfter,
  saveTo,
}: OurTraining): Promise<Trained> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  try {
    const job: OurJob = {
      job: {
        modelFolder: model,
        dataset,
        options,
        outputFolder: saveTo ?? join(folder, 'tuned'),
        checkpointFolder: join(folder, 'checkpoint'),
        checkpointEverySeconds: Number.MAX_SAFE_INTEGER,
        threads,
      },
      plan,
      ...(stopAfter !== undefined && { stopAfter }),
    };
    return await runJson(process.execPath, [OURS], job, threads, trainingEnvironment());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
