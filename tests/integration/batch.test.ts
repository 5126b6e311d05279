import { homedir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import type { Stage, StageName, StageProgress } from '../../core/contracts/progress.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { SEARCH_ATTRIBUTES } from '../../core/contracts/search-attributes.ts';
import { findTemporal } from '../../workers/temporal-binary.ts';
import { startTemporal, type TemporalServer } from '../../workers/temporal-server.ts';
import type { BatchOptions } from '../provider/batches.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import { MODEL, Project, pumpPages, type Running } from './project.ts';

const HOUR = 3_600_000;
const PAGES = 8;

/** The provider's clock, which a test may put forward by hours. */
let ahead = 0;
const times: BatchOptions = {};
let provider: RunningProvider;
let server: TemporalServer;
let project: Project;
let worker: Running;
let hone: Hone;
let temporal: Client;
beforeAll(async () => {
  provider = await startProvider({ now: () => Date.now() + ahead, batches: times });
  project = await Project.create({ OPENAI_BASE_URL: provider.url, OPENAI_API_KEY: 'sk-test' });
  await project.write(pumpPages(PAGES));
  server = await startTemporal({
    binary: await findTemporal({
      cache: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone', 'temporal'),
    }),
    directory: join(project.folder, 'server'),
    searchAttributes: SEARCH_ATTRIBUTES,
  });
  worker = project.start(['worker'], { TEMPORAL_ADDRESS: server.address });
  await worker.says(/Serving/);
  hone = await Hone.connect({ address: server.address });
  temporal = new Client({ connection: await Connection.connect({ address: server.address }) });
});
afterAll(async () => {
  await hone.close();
  await temporal.connection.close();
  worker.child.kill('SIGTERM');
  await worker.ended;
  await server.close();
  await provider.close();
  await project.remove();
});

/** Starts a run; other models and other numbers of questions are other answers. */
async function start(workflowId: string, questions: RunRequest['questions']): Promise<void> {
  await hone.start({ documents: ['docs'], model: MODEL, questions }, { workflowId });
}

/** Follows a run until one of its stages is as wished. */
async function until(workflowId: string, name: StageName, wished: (stage: Stage) => boolean): Promise<Stage[]> {
  for await (const { state, stages } of hone.follow(workflowId, { intervalMs: 100 })) {
    const stage = stages.find((one) => one.name === name);
    if (stage && wished(stage)) return stages;
    expect(state).toBe('running');
  }
  throw new Error(`${workflowId} ended before its ${name}`);
}

const named = (stages: readonly Stage[], name: StageName) => stages.find((stage) => stage.name === name);

/** Waits until the run says how far its batch is. */
async function untilInBatch(workflowId: string): Promise<StageProgress | undefined> {
  const inBatch = /^batch, window ends in \d+ h$/;
  const stages = await until(workflowId, 'questions', ({ progress }) => inBatch.test(progress?.note ?? ''));
  return named(stages, 'questions')?.progress;
}

/** Waits for the data set, and spares the machine the training. */
async function untilDataset(workflowId: string) {
  const stages = await until(workflowId, 'dataset', ({ state }) => state === 'done' || state === 'reused');
  await hone.cancel(workflowId);
  await expect(hone.result(workflowId)).rejects.toThrow();
  return { asked: named(stages, 'questions')?.summary, dataset: named(stages, 'dataset')?.state };
}

it('waits for a batch without holding a worker, and ends with the data set that asking one by one ends with', async () => {
  times.takesMs = 2 * HOUR;
  await start('batched', { mode: 'batch' });
  expect(await untilInBatch('batched')).toMatchObject({ done: 0, total: PAGES, unit: 'requests' });
  for (const waiting of ['batched', 'batched/batch-api']) {
    const { raw } = await temporal.workflow.getHandle(waiting).describe();
    expect(raw.pendingActivities).toEqual([]);
  }
  ahead += 2 * HOUR;
  expect(await untilDataset('batched')).toEqual({
    asked: expect.stringContaining('8 asked, 8 of them in batches'),
    dataset: 'done',
  });
  expect(provider.stats).toMatchObject({ chats: PAGES, billedTwice: 0 });

  // The provider words its questions by the passage alone, so that another model's answers are bought anew and the same.
  await start('live', { mode: 'live', model: 'gpt-4o' });
  expect(await untilDataset('live')).toEqual({
    asked: expect.stringMatching(/8 asked(?!.*batches)/),
    dataset: 'reused',
  });
  expect(provider.stats.chats).toBe(2 * PAGES);
});

it('keeps what an expired batch has done, and asks for the rest one by one', async () => {
  times.takesMs = 48 * HOUR;
  const { chats, billedTwice } = provider.stats;
  await start('expired', { mode: 'batch', perChunk: 3 });
  await untilInBatch('expired');
  ahead += 24 * HOUR;
  expect((await untilDataset('expired')).asked).toContain('8 asked, 4 of them in batches');
  expect(provider.stats).toMatchObject({ chats: chats + PAGES, billedTwice });
});

it('leaves the batch to go on while the run is paused, and pays for nothing twice', async () => {
  times.takesMs = 2 * HOUR;
  const { chats, billedTwice } = provider.stats;
  await start('paused', { mode: 'batch', perChunk: 6 });
  await untilInBatch('paused');
  await hone.pause('paused');
  ahead += 2 * HOUR;
  await hone.resume('paused');
  expect((await untilDataset('paused')).asked).toContain('8 asked, 8 of them in batches');
  expect(provider.stats).toMatchObject({ chats: chats + PAGES, billedTwice });
});

it('sends in portions what the endpoint’s queue does not take at once', async () => {
  Object.assign(times, { takesMs: 0, enqueuedTokens: 2000 });
  const { chats, billedTwice } = provider.stats;
  await start('portions', { mode: 'batch', perChunk: 5 });
  expect((await untilDataset('portions')).asked).toContain('8 asked, 8 of them in batches');
  expect(provider.stats).toMatchObject({ chats: chats + PAGES, billedTwice });
  delete times.enqueuedTokens;
});

it('cancels the batch with the run, and the next run pays only for what it had not done', async () => {
  times.takesMs = 2 * HOUR;
  const { chats, billedTwice } = provider.stats;
  await start('cancelled', { mode: 'batch', perChunk: 4 });
  await untilInBatch('cancelled');
  ahead += HOUR;
  await hone.cancel('cancelled');
  await expect(hone.result('cancelled')).rejects.toThrow();
  ahead += 10 * HOUR;
  expect(provider.stats.chats).toBe(chats + PAGES / 2);

  await start('cancelled', { mode: 'batch', perChunk: 4 });
  expect(await untilInBatch('cancelled')).toMatchObject({ total: PAGES / 2 });
  ahead += 2 * HOUR;
  await untilDataset('cancelled');
  expect(provider.stats).toMatchObject({ chats: chats + PAGES, billedTwice });
});
