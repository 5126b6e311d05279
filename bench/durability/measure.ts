import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { runTrainer } from '../../core/training/process/run-trainer.ts';
import { startEmbedded } from '../../workers/embedded.ts';
import { stepSeconds } from './step-seconds.ts';

/** A model, the questions to train it on, and those to judge it by. */
export interface Task {
  readonly model: string;
  readonly train: string;
  readonly validation: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly threads: number;
}

/** Longer than any training: a run that writes no checkpoint on the way. */
const NEVER_S = 1e6;

/** Wall-clock seconds of a training from the start of its process to the tuned folder, without Temporal, store or checkpoints. */
export async function bareSeconds({ model, train, epochs, batchSize, threads }: Task): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  try {
    const started = performance.now();
    await runTrainer(
      {
        modelFolder: model,
        dataset: train,
        options: TrainingOptions.parse({ epochs, batchSize }),
        outputFolder: join(folder, 'tuned'),
        checkpointFolder: join(folder, 'checkpoints'),
        checkpointEverySeconds: NEVER_S,
        threads,
      },
      { signal: new AbortController().signal, onProgress: () => {} },
    );
    return (performance.now() - started) / 1000;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Wall-clock seconds of the same training as a step of a run, by the server's own record: from the moment the workflow
 * asked for it until it had the answer, with a fresh server, worker and store.
 * @param checkpointEveryS Undefined: it writes none on the way.
 */
export async function orchestratedSeconds(task: Task, checkpointEveryS = NEVER_S): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  const { model, train, validation, epochs, batchSize, threads } = task;
  await writeFile(join(home, 'worker.yaml'), JSON.stringify({ threads, checkpointEveryS }));
  const embedded = await startEmbedded({ home, grant: [model, train, validation], worker: true });
  const connection = await Connection.connect({ address: embedded.address });
  try {
    const request: RunRequest = {
      model,
      dataset: { train, validation },
      training: { epochs, batchSize },
      evaluation: { bm25: false },
    };
    const { workflow } = new Client({ connection });
    const handle = await workflow.start('fineTune', { workflowId: 'bench', taskQueue: 'hone', args: [request] });
    await handle.result();
    return stepSeconds((await handle.fetchHistory()).events ?? [], 'train');
  } finally {
    await connection.close();
    await embedded.close();
    await rm(home, { recursive: true, force: true });
  }
}
