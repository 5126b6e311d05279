import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { runTrainer } from '../../core/training/process/run-trainer.ts';
import { withHarness } from '../../tests/harness/harness.ts';
import { createProject } from '../../tests/harness/project.ts';
import { startTemporalServer } from '../../tests/harness/temporal-server.ts';
import { stepSeconds } from './step-seconds.ts';

/** A training: folder of the model, paths of the datasets, and options. */
export interface Task {
  readonly model: string;
  readonly train: string;
  readonly validation: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly threads: number;
}

/** Longer than any training: no checkpoint is written during it. */
const NO_CHECKPOINT_S = 1e6;

/**
 * Wall-clock seconds of a training from the start of its process to the tuned folder, without Temporal, store and
 * checkpoints.
 */
export function bareSeconds({ model, train, epochs, batchSize, threads }: Task): Promise<number> {
  return withHarness(async (harness) => {
    const folder = await harness.folder('training');
    const startedAt = performance.now();
    await runTrainer(
      {
        modelFolder: model,
        dataset: train,
        options: TrainingOptions.parse({ epochs, batchSize }),
        outputFolder: join(folder, 'tuned'),
        checkpointFolder: join(folder, 'checkpoints'),
        checkpointEverySeconds: NO_CHECKPOINT_S,
        threads,
      },
      { signal: new AbortController().signal, onProgress: () => {} },
    );
    return (performance.now() - startedAt) / 1000;
  });
}

/**
 * Wall-clock seconds of the same training as a step of a run with a new Temporal server, worker and store, from the
 * server's history: from the event that scheduled the step to the event that completed it.
 * @param checkpointEveryS Seconds between checkpoints. Default: none are written during training.
 */
export function orchestratedSeconds(task: Task, checkpointEveryS = NO_CHECKPOINT_S): Promise<number> {
  const { model, train, validation, epochs, batchSize, threads } = task;
  return withHarness(async (harness) => {
    const { address } = await startTemporalServer(harness);
    const project = await createProject(harness, { TEMPORAL_ADDRESS: address });
    await project.startWorker({ ownHome: { threads, checkpointEveryS, roots: [model, train, validation] } });
    const request: RunRequest = {
      model,
      dataset: { train, validation },
      training: { epochs, batchSize },
      evaluation: { bm25: false },
    };
    const { workflow } = new Client({ connection: await harness.use(Connection.connect({ address })) });
    const handle = await workflow.start('fineTune', { workflowId: 'bench', taskQueue: 'hone', args: [request] });
    await handle.result();
    return stepSeconds((await handle.fetchHistory()).events ?? [], 'train');
  });
}
