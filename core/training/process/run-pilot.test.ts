import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StageProgress } from '../../contracts/progress.ts';
import { TrainingOptions } from '../../contracts/training.ts';
import { train } from '../train.ts';
import type { TrainJob } from '../train-job.ts';
import { childOf, isAlive } from './processes.fixture.ts';
import { runPilot } from './run-pilot.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const PAIRS = 30;

// A process and the runtime have to start, on however busy a machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let job: TrainJob;
const never = new AbortController().signal;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-pilot-'));
  job = await jobWith({});
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function jobWith(options: Partial<TrainingOptions>): Promise<TrainJob> {
  const ids = Array.from({ length: PAIRS }, (_, i) => i);
  const dataset = join(folder, 'train.json');
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
    outputFolder: join(folder, 'model'),
    checkpointFolder: join(folder, 'checkpoint'),
    threads: 1,
  };
}

it('says what training will come to after a few steps, and keeps nothing of them', async () => {
  const seen: StageProgress[] = [];
  const pilot = await runPilot(job, { signal: never, onProgress: (progress) => seen.push(progress) });
  expect(await readdir(folder)).toEqual(['train.json']);
  expect(pilot.measured).toBe(5);
  expect(pilot.samplesPerSecond).toBeGreaterThan(0);
  expect(pilot.peakBytes).toBeGreaterThan(5e7);
  expect(seen.at(-1)).toMatchObject({ done: 7, total: 7, unit: 'steps' });
  const outcome = await train(job, { onProgress() {}, stopping: () => false });
  expect(pilot).toMatchObject({ pairs: PAIRS, steps: outcome?.steps, samples: outcome?.samples });
});

it('measures what there is where there are but a few steps', async () => {
  const pilot = await runPilot(await jobWith({ epochs: 1, batchSize: 30 }), { signal: never, onProgress() {} });
  expect(pilot).toMatchObject({ steps: 1, measured: 1 });
});

it('plans within a budget of memory, and says that layers are computed twice', async () => {
  const plenty = await runPilot(job, { signal: never, onProgress() {} });
  expect(plenty.recomputedLayers).toBe(0);
  await expect(runPilot({ ...job, memory: 1e6 }, { signal: never, onProgress() {} })).rejects.toMatchObject({
    kind: 'input',
    message: expect.stringContaining('more than the 0.0 GB it may take'),
  });
});

it('does for a query adapter, too', async () => {
  const pilot = await runPilot(await jobWith({ adapter: 'query' }), { signal: never, onProgress() {} });
  expect(pilot).toMatchObject({ pairs: PAIRS, measured: 5, recomputedLayers: 0 });
});

it.runIf(process.platform === 'linux')('ends its process when it is called off', async () => {
  const controller = new AbortController();
  const running = runPilot(job, { signal: controller.signal, onProgress() {} });
  const child = await childOf(process.pid, 'trainer-child');
  const reason = new Error('called off');
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  expect(isAlive(child)).toBe(false);
});
