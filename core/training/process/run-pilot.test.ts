import { readdir, writeFile } from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import type { StageProgress } from '../../contracts/progress.ts';
import { TrainingOptions } from '../../contracts/training.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { copyDivergingModel } from '../recorded.fixture.ts';
import { train } from '../train.ts';
import type { TrainJob } from '../train-job.ts';
import { childOf, isAlive } from './processes.fixture.ts';
import { runPilot } from './run-pilot.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const PAIRS = 30;

// A process and the runtime must start, also on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = temporaryFolder();
const never = new AbortController().signal;

async function jobWith(options: Partial<TrainingOptions> = {}): Promise<TrainJob> {
  const ids = Array.from({ length: PAIRS }, (_, i) => i);
  const dataset = folder.join('train.json');
  const json = {
    queries: Object.fromEntries(ids.map((i) => [`q${i}`, `who checks pump ${i}?`])),
    corpus: Object.fromEntries(ids.map((i) => [`c${i}`, `pump ${i} of the hall is seen to on day ${i * 3}.`])),
    relevant_docs: Object.fromEntries(ids.map((i) => [`q${i}`, [`c${i}`]])),
    mode: 'text',
  };
  await writeFile(dataset, JSON.stringify(json));
  return {
    modelFolder: MODEL,
    dataset,
    options: TrainingOptions.parse({ epochs: 3, batchSize: 4, ...options }),
    outputFolder: folder.join('model'),
    checkpointFolder: folder.join('checkpoint'),
    threads: 1,
  };
}

it('measures the first steps of a training and saves nothing', async () => {
  const job = await jobWith();
  const seen: StageProgress[] = [];
  const pilot = await runPilot(job, { signal: never, onProgress: (progress) => seen.push(progress) });
  expect(await readdir(folder.path)).toEqual(['train.json']);
  expect(pilot.measuredSteps).toBe(5);
  expect(pilot.samplesPerSecond).toBeGreaterThan(0);
  expect(pilot.peakBytes).toBeGreaterThan(5e7);
  expect(seen.at(-1)).toMatchObject({ done: 7, total: 7, unit: 'steps' });
  const outcome = await train(job, { onProgress() {}, stopping: () => false });
  expect(pilot).toMatchObject({ pairs: PAIRS, steps: outcome?.steps, samples: outcome?.samples });
});

it('measures all steps if there are few', async () => {
  const pilot = await runPilot(await jobWith({ epochs: 1, batchSize: 30 }), { signal: never, onProgress() {} });
  expect(pilot).toMatchObject({ steps: 1, measuredSteps: 1 });
});

it('reports recomputed layers, and is refused if the memory limit is too low', async () => {
  const job = await jobWith();
  const plenty = await runPilot(job, { signal: never, onProgress() {} });
  expect(plenty.recomputedLayers).toBe(0);
  await expect(runPilot({ ...job, memory: 1e6 }, { signal: never, onProgress() {} })).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringContaining('more than the 0.0 GB it may take'),
  });
});

it('is refused if training diverges', async () => {
  const modelFolder = folder.join('diverging');
  await copyDivergingModel(MODEL, modelFolder);
  const running = runPilot({ ...(await jobWith()), modelFolder }, { signal: never, onProgress() {} });
  await expect(running).rejects.toThrow(/diverged at step 1: .*queries q\d/);
});

it('measures a query adapter', async () => {
  const pilot = await runPilot(await jobWith({ adapter: 'query' }), { signal: never, onProgress() {} });
  expect(pilot).toMatchObject({ pairs: PAIRS, measuredSteps: 5, recomputedLayers: 0 });
});

it.runIf(process.platform === 'linux')('kills its process when it is cancelled', async () => {
  const job = await jobWith();
  const controller = new AbortController();
  const running = runPilot(job, { signal: controller.signal, onProgress() {} });
  const child = await childOf(process.pid, 'trainer-child');
  const reason = new Error('cancelled');
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  expect(isAlive(child)).toBe(false);
});
