import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { childOf, isAlive } from '../../core/training/process/processes.fixture.ts';
import { killAtRandom } from '../faults/random-kills.ts';
import { Cluster } from '../harness/cluster.ts';
import { FaultyProxy } from '../harness/faulty-proxy.ts';
import { BUCKET } from '../harness/s3-server.ts';
import { pumpPages } from '../harness/samples.ts';
import { stubEnv, useHarness } from '../harness/use-harness.ts';
import { startProvider } from '../provider/start-provider.ts';

/** Enough that a run which is resumed in the middle of its training reports steps there: it does so every second. */
const EPOCHS = 600;

const harness = useHarness();
let cluster: Cluster;
let undisturbed: string;
beforeAll(async () => {
  cluster = await Cluster.start(harness);
  stubEnv(cluster.s3.env);
  const worker = await cluster.startWorker('undisturbed');
  undisturbed = await cluster.weights(await cluster.train('undisturbed', EPOCHS), 'undisturbed');
  await worker.stop();
});
// A worker that a failed test left would take the tasks of the next one.
afterEach(() => cluster.killWorkers());

const soon = { timeout: 60_000 };

/** Starts a worker and a run, and waits for the process that trains. */
async function startTraining(name: string, settings = {}) {
  const worker = await cluster.startWorker(name, settings);
  const run = await cluster.train(name, EPOCHS);
  const trainer = await childOf(worker.pid, 'trainer-child');
  return { worker, run, trainer };
}

/** Waits for a checkpoint after that step. @returns its step. */
const checkpointAfter = (store: string, after = 0) =>
  vi.waitFor(async () => {
    const { step } = await cluster.checkpoints(store);
    expect(step).toBeGreaterThan(after);
    return step;
  }, soon);

const attempts = async (store: string) => (await cluster.checkpoints(store)).attempts;
const untilDead = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), soon);

it('resumes from the checkpoint on a machine with an empty disk when the first one dies, and ends with the same bytes', async () => {
  const { worker, run, trainer } = await startTraining('killed');
  await checkpointAfter('killed');
  await worker.kill('SIGKILL');
  await untilDead(trainer);
  const { step } = await cluster.checkpoints('killed');

  const next = await cluster.startWorker('killed');
  await vi.waitFor(async () => expect(await attempts('killed')).toEqual([2]), soon);
  await checkpointAfter('killed', step);
  expect(await cluster.weights(run, 'killed')).toBe(undisturbed);
  // The checkpoints are deleted once there is a result.
  expect((await cluster.checkpoints('killed')).step).toBe(0);
  await next.stop();
});

it('a worker that resumes after it was taken for dead neither disturbs its successor nor leaves a trainer behind', async () => {
  const { worker: zombie, run, trainer } = await startTraining('zombie');
  await checkpointAfter('zombie');
  process.kill(zombie.pid, 'SIGSTOP');
  const successor = await cluster.startWorker('zombie');
  await vi.waitFor(async () => expect(await attempts('zombie')).toEqual([2]), soon);
  process.kill(zombie.pid, 'SIGCONT');
  await untilDead(trainer);
  expect(await attempts('zombie')).toEqual([2]);
  expect(await cluster.weights(run, 'zombie')).toBe(undisturbed);
  await Promise.all([zombie.stop(), successor.stop()]);
});

it('a worker that is stopped leaves a checkpoint of its last step', async () => {
  const { worker, run, trainer } = await startTraining('stopped', { checkpointEveryS: 3600 });
  const reported = await cluster.stepBeyond(run, 10);
  await worker.stop();
  expect(isAlive(trainer)).toBe(false);
  expect((await cluster.checkpoints('stopped')).step).toBeGreaterThanOrEqual(reported);
  const next = await cluster.startWorker('stopped');
  expect(await cluster.weights(run, 'stopped')).toBe(undisturbed);
  await next.stop();
});

it('the next run with the same input resumes a cancelled training', async () => {
  const { worker, run } = await startTraining('cancelled', { checkpointEveryS: 3600 });
  const reported = await cluster.stepBeyond(run, 10);
  await cluster.hone.cancel(run);
  await expect(cluster.hone.result(run)).rejects.toThrow();
  const { step } = await cluster.checkpoints('cancelled');
  expect(step).toBeGreaterThanOrEqual(reported);
  const again = await cluster.train('cancelled-again', EPOCHS);
  expect(await cluster.stepBeyond(again, 0)).toBeGreaterThanOrEqual(step);
  expect(await cluster.weights(again, 'cancelled')).toBe(undisturbed);
  await worker.stop();
});

it('training progresses although its process is killed repeatedly, and falls back to an older checkpoint if the newest is corrupt', async () => {
  const { worker, run } = await startTraining('trainer');
  for (let kills = 0, step = 0; kills < 3; kills++) {
    step = await checkpointAfter('trainer', step);
    process.kill(await childOf(worker.pid, 'trainer-child'), 'SIGKILL');
    if (kills === 1) await corruptCheckpoint('trainer');
  }
  expect(await cluster.weights(run, 'trainer')).toBe(undisturbed);
  await worker.stop();
});

it('ends with the same bytes after kills at random moments (npm run test:faults does a hundred)', async () => {
  const ends: string[] = [];
  const kills = await killAtRandom(cluster, {
    kills: 4,
    killsPerRun: 4,
    seed: 3,
    epochs: EPOCHS,
    onEnd: (weights) => ends.push(weights),
  });
  expect(new Set(kills.map(({ victim }) => victim)).size).toBe(4);
  expect(new Set(ends)).toEqual(new Set([undisturbed]));
});

it('a worker that starts before Temporal and the bucket waits for them, and then takes tasks', async () => {
  await Promise.all([cluster.temporal.kill(), cluster.s3.kill()]);
  const worker = await cluster.spawnWorker('before');
  await worker.waitForLog(/No Temporal server answers at .* Waiting for it/);
  await cluster.temporal.start();
  await worker.waitForLog(/hone-test.* Waiting for it/);
  await cluster.s3.start();
  await worker.waitForLog(/Serving/);
  expect(await cluster.weights(await cluster.train('before', EPOCHS), 'before')).toBe(undisturbed);
  await worker.stop();
});

it('while the bucket answers 503 for a minute, no run fails, training continues and no answer is bought twice', async () => {
  const proxy = await FaultyProxy.start(cluster.s3.port);
  harness.defer(() => proxy.close());
  const models = new Set<string>();
  let isOver = false;
  const provider = await harness.use(
    startProvider({
      inject({ model }) {
        models.add(model);
        if (isOver) return undefined;
        // One run is rejected and tries again every second; the other always has requests in flight.
        if (model === 'busy') return { do: 'status', status: 429, headers: { 'retry-after': '1' } };
        return { do: 'slow', ms: 5_000 };
      },
    }),
  );
  const pages = Object.entries(pumpPages(4));
  for (const [path, text] of pages) await new S3Bucket(BUCKET).put(`acme/${path}`, Buffer.from(text));
  const folder = `s3://${BUCKET}/acme/docs`;
  const profile = { baseURL: provider.url };
  const settings = { roots: ['.', folder], profiles: { default: profile, busy: profile } };
  const worker = await cluster.startWorker('minute', settings, { AWS_ENDPOINT_URL_S3: proxy.endpoint });
  const start = (workflowId: string, questions: RunRequest['questions']) =>
    cluster.hone.start(
      { documents: [folder], model: './tiny-bert', split: { validationShare: 0.3 }, questions },
      { workflowId },
    );
  await Promise.all([start('asking', {}), start('rejected', { profile: 'busy', model: 'busy' })]);
  await vi.waitFor(() => expect(models.size).toBe(2), soon);
  const run = await cluster.train('training', EPOCHS);
  const step = await checkpointAfter('minute');

  proxy.fault = () => 'busy';
  isOver = true;
  await start('started-meanwhile', { from: 'headings' });
  await setTimeout(60_000);
  expect(await cluster.stepBeyond(run, -1)).toBeGreaterThan(step);
  proxy.heal();

  expect(await cluster.weights(run, 'minute')).toBe(undisturbed);
  for (const id of ['asking', 'rejected', 'started-meanwhile'])
    expect((await cluster.hone.result(id)).training.steps).toBeGreaterThan(0);
  expect(provider.stats.billedTwice).toBe(0);
  await worker.stop();
});

it('a run whose trainer always dies before its first checkpoint fails after three attempts, with a message', async () => {
  const { worker, run } = await startTraining('hopeless', { checkpointEveryS: 3600 });
  let isOver = false;
  const result = cluster.hone.result(run).finally(() => {
    isOver = true;
  });
  result.catch(() => {});
  while (!isOver) {
    const trainer = await Promise.race([childOf(worker.pid, 'trainer-child'), result.catch(() => undefined)]);
    if (typeof trainer !== 'number') break;
    process.kill(trainer, 'SIGKILL');
    await untilDead(trainer);
  }
  await expect(result).rejects.toThrow(/The training process was killed, most likely for its memory/);
  expect(await attempts('hopeless')).toEqual([3]);
  await worker.stop();
});

/** Flips a bit in the weights of the newest checkpoint. */
async function corruptCheckpoint(store: string): Promise<void> {
  const bucket = new S3Bucket(BUCKET);
  const { weightsUri } = await cluster.checkpoints(store);
  const key = weightsUri?.slice(`s3://${BUCKET}/`.length) ?? '';
  const bytes = Buffer.from((await bucket.get(key))?.bytes ?? '');
  const last = bytes.length - 1;
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
  await bucket.put(key, bytes);
}
