import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { minilm } from '../../bench/models/minilm.ts';
import { TrainingOptions } from '../../core/contracts/training.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { prepareTraining } from '../../core/training/prepare-training.ts';
import { childOf, childrenOf } from '../../core/training/process/processes.fixture.ts';
import { runTrainer, type TrainJob } from '../../core/training/process/run-trainer.ts';
import { randomDataset } from '../harness/samples.ts';

const folder = temporaryFolder();

/** The highest resident memory of a process until it ends, in bytes. */
async function peakOf(pid: number, ended: Promise<unknown>): Promise<number> {
  let peak = 0;
  let isRunning = true;
  void ended.finally(() => {
    isRunning = false;
  });
  while (isRunning) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024);
    await setTimeout(20);
  }
  return peak;
}

// Steps that take little, so that saving takes most; several batches in a step; and both passes of GradCache.
const CASES: Record<string, Partial<TrainingOptions>> = {
  'short texts': { batchSize: 4, maxLength: 16 },
  'accumulated batches': { batchSize: 8, accumulate: 2, maxLength: 128 },
  'mini-batches and held-out questions': {
    ...{ batchSize: 32, miniBatchSize: 8, maxLength: 128, earlyStopping: { share: 0.4, every: 1 } },
  },
};

describe.runIf(process.platform === 'linux')('the memory that a training is said to take', () => {
  it.each(Object.entries(CASES))('is what its process takes, from start to export: %s', async (_, options) => {
    const dataset = folder.join('train.json');
    await writeFile(dataset, randomDataset(16, 1).replaceAll('pump', 'the pump of the hall '.repeat(12)));
    const job: TrainJob = {
      ...{ modelFolder: await minilm(), dataset, outputFolder: folder.join('model'), threads: 2 },
      ...{ checkpointFolder: folder.join('checkpoint'), options: TrainingOptions.parse({ epochs: 1, ...options }) },
    };
    const session = await (await prepareTraining(job)).trainable.openSession();
    const said = session.memory?.bytes as number;
    await session.close();

    // That of the case before, which may still be ending.
    while ((await childrenOf(process.pid, 'trainer-child')).length > 0) await setTimeout(20);
    const training = runTrainer({ ...job, memory: said }, { signal: new AbortController().signal, onProgress() {} });
    const peak = await peakOf(await childOf(process.pid, 'trainer-child'), training);
    await training;
    expect(peak).toBeLessThan(1.05 * said);
    expect(peak).toBeGreaterThan(0.7 * said);
  });
});
