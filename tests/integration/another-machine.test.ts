import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { openStore } from '../../core/artifacts/open-store.ts';
import { S3Bucket } from '../../core/artifacts/s3/bucket.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { childOf, isAlive } from '../../core/training/process/processes.fixture.ts';
import { Cluster } from '../faults/cluster.ts';
import { killAtRandom, standingIn } from '../faults/random-kills.ts';
import { startProvider } from '../provider/start-provider.ts';
import { FaultyProxy } from '../s3/faulty-proxy.ts';
import { BUCKET } from '../s3/server.ts';
import { pumpPages } from './project.ts';

/** Long enough that a run which goes on in the midst of its training is seen there: figures come every second. */
const EPOCHS = 600;

let cluster: Cluster;
let undisturbed: string;
beforeAll(async () => {
  cluster = await Cluster.start();
  for (const [name, value] of Object.entries(cluster.s3.env)) vi.stubEnv(name, value);
  const worker = await cluster.worker('undisturbed');
  undisturbed = await cluster.weights(await cluster.train('undisturbed', EPOCHS), await storeAt('undisturbed'));
  await worker.end('SIGTERM');
});
// One that a failed test left would take the next one's steps.
afterEach(() => cluster.endWorkers());
afterAll(() => cluster.remove());

const storeAt = (name: string): Promise<ArtifactStore> => openStore(`s3://${BUCKET}/${name}`);

/** A run in the midst of training, with a checkpoint in the store. */
async function inTraining(name: string, settings = {}) {
  const worker = await cluster.worker(name, settings);
  const run = await cluster.train(name, EPOCHS);
  const trainer = await childOf(worker.pid, 'trainer-child');
  return { worker, run, trainer };
}
const soon = { timeout: 60_000 };
const checkpointed = (name: string, after = 0) =>
  vi.waitFor(async () => {
    const { step } = await standingIn(name);
    expect(step).toBeGreaterThan(after);
    return step;
  }, soon);
const ended = (process: number) => vi.waitFor(() => expect(isAlive(process)).toBe(false), soon);

it('goes on where it was on a machine with an empty disk, when the first one dies, and ends with the same bytes', async () => {
  const { worker, run, trainer } = await inTraining('killed');
  await checkpointed('killed');
  await worker.end('SIGKILL');
  await ended(trainer);
  const { step } = await standingIn('killed');

  const next = await cluster.worker('killed');
  await vi.waitFor(async () => expect((await standingIn('killed')).attempts).toEqual([2]), soon);
  await checkpointed('killed', step);
  expect(await cluster.weights(run, await storeAt('killed'))).toBe(undisturbed);
  // Nothing is left of checkpoints once there is a result.
  expect((await standingIn('killed')).step).toBe(0);
  await next.end('SIGTERM');
});

it('a worker that was thought dead and comes back neither disturbs its successor nor leaves a trainer behind', async () => {
  const { worker: zombie, run, trainer } = await inTraining('zombie');
  await checkpointed('zombie');
  process.kill(zombie.pid, 'SIGSTOP');
  const successor = await cluster.worker('zombie');
  await vi.waitFor(async () => expect((await standingIn('zombie')).attempts).toEqual([2]), soon);
  process.kill(zombie.pid, 'SIGCONT');
  await ended(trainer);
  expect((await standingIn('zombie')).attempts).toEqual([2]);
  expect(await cluster.weights(run, await storeAt('zombie'))).toBe(undisturbed);
  await Promise.all([zombie.end('SIGTERM'), successor.end('SIGTERM')]);
});

it('a worker that is told to stop leaves a checkpoint of its last step', async () => {
  const { worker, run, trainer } = await inTraining('stopped', { checkpointEveryS: 3600 });
  const seen = await cluster.past(run, 10);
  await worker.end('SIGTERM');
  expect(isAlive(trainer)).toBe(false);
  expect((await standingIn('stopped')).step).toBeGreaterThanOrEqual(seen);
  const next = await cluster.worker('stopped');
  expect(await cluster.weights(run, await storeAt('stopped'))).toBe(undisturbed);
  await next.end('SIGTERM');
});

it('a cancelled training is what the next run of the same goes on from', async () => {
  const { worker, run } = await inTraining('cancelled', { checkpointEveryS: 3600 });
  const seen = await cluster.past(run, 10);
  await cluster.hone.cancel(run);
  await expect(cluster.hone.result(run)).rejects.toThrow();
  const { step } = await standingIn('cancelled');
  expect(step).toBeGreaterThanOrEqual(seen);
  const again = await cluster.train('cancelled-again', EPOCHS);
  expect(await cluster.past(again, 0)).toBeGreaterThanOrEqual(step);
  expect(await cluster.weights(again, await storeAt('cancelled'))).toBe(undisturbed);
  await worker.end('SIGTERM');
});

it('a trainer that is killed again and again gets on, and a checkpoint that rots is done without', async () => {
  const { worker, run } = await inTraining('trainer');
  for (let kills = 0, step = 0; kills < 3; kills++) {
    step = await checkpointed('trainer', step);
    process.kill(await childOf(worker.pid, 'trainer-child'), 'SIGKILL');
    if (kills === 1) await rot('trainer');
  }
  expect(await cluster.weights(run, await storeAt('trainer'))).toBe(undisturbed);
  await worker.end('SIGTERM');
});

it('ends with the same bytes whatever is killed at random moments (npm run test:faults does so a hundred times)', async () => {
  const ends: string[] = [];
  const kills = await killAtRandom(cluster, {
    ...{ kills: 4, killsARun: 4, seed: 4, epochs: EPOCHS },
    onEnd: (weights) => ends.push(weights),
  });
  expect(kills).toHaveLength(4);
  expect(new Set(ends)).toEqual(new Set([undisturbed]));
});

it('a worker that is there before Temporal and the bucket waits for them, and then serves', async () => {
  await Promise.all([cluster.temporal.kill(), cluster.s3.kill()]);
  const machine = await cluster.startWorker('before');
  await machine.says(/No Temporal server answers at .* Waiting for it/);
  await cluster.temporal.begin();
  await machine.says(/hone-test.* Waiting for it/);
  await cluster.s3.begin();
  await machine.says(/Serving/);
  expect(await cluster.weights(await cluster.train('before', EPOCHS), await storeAt('before'))).toBe(undisturbed);
  await machine.end('SIGTERM');
});

it('a minute in which the bucket answers 503 to everything costs no run, no step of training and no answer', async () => {
  const proxy = await FaultyProxy.before(cluster.s3.port);
  const asked = new Set<string>();
  let isOver = false;
  const provider = await startProvider({
    inject({ model }) {
      asked.add(model);
      if (isOver) return undefined;
      // One is turned away and looks again every second; the other waits for an answer at any moment.
      if (model === 'busy') return { do: 'status', status: 429, headers: { 'retry-after': '1' } };
      return { do: 'slow', ms: 5_000 };
    },
  });
  onTestFinished(async () => {
    proxy.close();
    await provider.close();
  });
  const pages = Object.entries(pumpPages(4));
  for (const [path, text] of pages) await new S3Bucket(BUCKET).put(`acme/${path}`, Buffer.from(text));
  const folder = `s3://${BUCKET}/acme/docs`;
  const profile = { baseURL: provider.url };
  const settings = { roots: ['.', folder], profiles: { default: profile, busy: profile } };
  const worker = await cluster.worker('minute', settings, { AWS_ENDPOINT_URL_S3: proxy.endpoint });
  const start = (workflowId: string, questions: RunRequest['questions']) =>
    cluster.hone.start(
      { ...{ documents: [folder], split: { validationShare: 0.3 }, questions }, model: './tiny-bert' },
      { workflowId },
    );
  await Promise.all([start('asking', {}), start('turned-away', { profile: 'busy', model: 'busy' })]);
  await vi.waitFor(() => expect(asked.size).toBe(2), soon);
  const run = await cluster.train('training', EPOCHS);
  const step = await checkpointed('minute');

  proxy.fault = () => 'busy';
  isOver = true;
  await start('begun-meanwhile', { from: 'headings' });
  await setTimeout(60_000);
  expect(await cluster.pastOrOver(run, -1)).toBeGreaterThan(step);
  proxy.fault = () => undefined;

  expect(await cluster.weights(run, await storeAt('minute'))).toBe(undisturbed);
  for (const id of ['asking', 'turned-away', 'begun-meanwhile'])
    expect((await cluster.hone.result(id)).training.steps).toBeGreaterThan(0);
  expect(provider.stats.billedTwice).toBe(0);
  await worker.end('SIGTERM');
});

it('a trainer that dies before it gets anywhere is given up after three times, with a sentence', async () => {
  const { worker, run } = await inTraining('hopeless', { checkpointEveryS: 3600 });
  let over = false;
  const result = cluster.hone.result(run).finally(() => {
    over = true;
  });
  result.catch(() => {});
  while (!over) {
    const trainer = await Promise.race([childOf(worker.pid, 'trainer-child'), result.catch(() => undefined)]);
    if (typeof trainer !== 'number') break;
    process.kill(trainer, 'SIGKILL');
    await ended(trainer);
  }
  await expect(result).rejects.toThrow(/The training process was killed, most likely for its memory/);
  expect((await standingIn('hopeless')).attempts).toEqual([3]);
  await worker.end('SIGTERM');
});

/** Flips a bit in the weights of the newest checkpoint. */
async function rot(store: string): Promise<void> {
  const bucket = new S3Bucket(BUCKET);
  const { newest } = await standingIn(store);
  const state = newest?.files[0]?.ref.uri.slice(`s3://${BUCKET}/`.length) as string;
  const bytes = (await bucket.get(state))?.bytes as Uint8Array;
  bytes[bytes.length - 1] ^= 1;
  await bucket.put(state, bytes);
}
