import { Client, Connection } from '@temporalio/client';
import { beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import type { Stage, StageName, StageProgress } from '../../core/contracts/progress.ts';
import type { RunRequest } from '../../core/contracts/run-input.ts';
import { createProject } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import type { BatchOptions } from '../provider/batches.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

const HOUR = 3_600_000;
const PAGES = 8;

const harness = useHarness();
/** Milliseconds by which the provider's clock is ahead of the machine's; tests advance it by hours. */
let offset = 0;
const batches: BatchOptions = {};
let provider: RunningProvider;
let hone: Hone;
let temporal: Client;
beforeAll(async () => {
  provider = await harness.use(startProvider({ now: () => Date.now() + offset, batches }));
  const { address } = await startTemporalServer(harness);
  const project = await createProject(harness, {
    OPENAI_BASE_URL: provider.url,
    OPENAI_API_KEY: 'sk-test',
    TEMPORAL_ADDRESS: address,
  });
  await project.write(pumpPages(PAGES));
  await project.startWorker();
  hone = await harness.use(Hone.connect({ address }));
  temporal = new Client({ connection: await harness.use(Connection.connect({ address })) });
});

/** Starts a run. Another model or another number of questions makes other ledger keys. */
async function start(workflowId: string, questions: RunRequest['questions']): Promise<void> {
  await hone.start({ documents: ['docs'], model: MINILM, questions }, { workflowId });
}

/** Follows a run until one of its stages satisfies the condition. */
async function until(workflowId: string, name: StageName, condition: (stage: Stage) => boolean): Promise<Stage[]> {
  for await (const { state, stages } of hone.follow(workflowId, { intervalMs: 100 })) {
    const stage = stageOf(stages, name);
    if (stage && condition(stage)) return stages;
    expect(state).toBe('running');
  }
  throw new Error(`${workflowId} ended before its ${name}`);
}

const stageOf = (stages: readonly Stage[], name: StageName) => stages.find((stage) => stage.name === name);

/** Waits until the run reports the progress of its batch. */
async function untilInBatch(workflowId: string): Promise<StageProgress | undefined> {
  const inBatch = /^batch, window ends in \d+ h$/;
  const stages = await until(workflowId, 'questions', ({ progress }) => inBatch.test(progress?.note ?? ''));
  return stageOf(stages, 'questions')?.progress;
}

/** Waits for the dataset and cancels the run, which saves the time of its training. */
async function untilDataset(workflowId: string) {
  const stages = await until(workflowId, 'dataset', ({ state }) => state === 'done' || state === 'reused');
  await hone.cancel(workflowId);
  await expect(hone.result(workflowId)).rejects.toThrow();
  return { questions: stageOf(stages, 'questions')?.summary, dataset: stageOf(stages, 'dataset')?.state };
}

it('waits for a batch without occupying a worker, and ends with the same dataset as live requests', async () => {
  batches.takesMs = 2 * HOUR;
  await start('batched', { mode: 'batch' });
  expect(await untilInBatch('batched')).toMatchObject({ done: 0, total: PAGES, unit: 'requests' });
  for (const waiting of ['batched', 'batched/batch-api']) {
    const { raw } = await temporal.workflow.getHandle(waiting).describe();
    expect(raw.pendingActivities).toEqual([]);
  }
  offset += 2 * HOUR;
  expect(await untilDataset('batched')).toEqual({
    questions: expect.stringContaining('8 asked, 8 of them in batches'),
    dataset: 'done',
  });
  expect(provider.stats).toMatchObject({ chats: PAGES, billedTwice: 0 });

  // The provider derives its questions from the passage alone: another model's answers are bought anew, but are the
  // same.
  await start('live', { mode: 'live', model: 'gpt-4o' });
  expect(await untilDataset('live')).toEqual({
    questions: expect.stringMatching(/8 asked(?!.*batches)/),
    dataset: 'reused',
  });
  expect(provider.stats.chats).toBe(2 * PAGES);
});

it('keeps the answers of an expired batch, and sends the other requests live', async () => {
  batches.takesMs = 48 * HOUR;
  const { chats, billedTwice } = provider.stats;
  await start('expired', { mode: 'batch', perChunk: 3 });
  await untilInBatch('expired');
  offset += 24 * HOUR;
  expect((await untilDataset('expired')).questions).toContain('8 asked, 4 of them in batches');
  expect(provider.stats).toMatchObject({ chats: chats + PAGES, billedTwice });
});

it('lets the batch continue while the run is paused, and pays for no answer twice', async () => {
  batches.takesMs = 2 * HOUR;
  const { chats, billedTwice } = provider.stats;
  await start('paused', { mode: 'batch', perChunk: 6 });
  await untilInBatch('paused');
  await hone.pause('paused');
  offset += 2 * HOUR;
  await hone.resume('paused');
  expect((await untilDataset('paused')).questions).toContain('8 asked, 8 of them in batches');
  expect(provider.stats).toMatchObject({ chats: chats + PAGES, billedTwice });
});

it('submits several smaller batches if the endpoint’s queue limit is too low for one', async () => {
  Object.assign(batches, { takesMs: 0, enqueuedTokens: 2000 });
  const { chats, billedTwice } = provider.stats;
  await start('portions', { mode: 'batch', perChunk: 5 });
  expect((await untilDataset('portions')).questions).toContain('8 asked, 8 of them in batches');
  expect(provider.stats).toMatchObject({ chats: chats + PAGES, billedTwice });
  delete batches.enqueuedTokens;
});

it('cancels the batch with the run, and the next run pays only for the requests it had not done', async () => {
  batches.takesMs = 2 * HOUR;
  const { chats, billedTwice } = provider.stats;
  await start('cancelled', { mode: 'batch', perChunk: 4 });
  await untilInBatch('cancelled');
  offset += HOUR;
  await hone.cancel('cancelled');
  await expect(hone.result('cancelled')).rejects.toThrow();
  offset += 10 * HOUR;
  expect(provider.stats.chats).toBe(chats + PAGES / 2);

  await start('cancelled', { mode: 'batch', perChunk: 4 });
  expect(await untilInBatch('cancelled')).toMatchObject({ total: PAGES / 2 });
  offset += 2 * HOUR;
  await untilDataset('cancelled');
  expect(provider.stats).toMatchObject({ chats: chats + PAGES, billedTwice });
});
