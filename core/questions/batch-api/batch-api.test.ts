import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Injected } from '../../../tests/provider/injected.ts';
import {
  type Incoming,
  type ProviderOptions,
  type RunningProvider,
  startProvider,
} from '../../../tests/provider/start-provider.ts';
import { openFilesystemStore } from '../../artifacts/filesystem.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { BatchApi } from '../../contracts/batch-api.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { Profile } from '../../contracts/profile.ts';
import type { RunRequest } from '../../contracts/run-input.ts';
import { openProvider } from '../../provider/open-provider.ts';
import { parseRunInput } from '../../run/parse-input.ts';
import { askAll } from '../asking/ask-all.fixture.ts';
import { exportLedger } from '../ledger/ledger.ts';
import { readClaims } from './batch-claims.ts';
import type { FileLimits } from './batch-files.ts';
import { receiveBatches } from './receive-batches.ts';
import { submitBatches, takeInEnded } from './submit-batches.ts';
import { cancelBatches, watchBatches } from './watch-batches.ts';

const chunkOf = (text: string): Chunk => ({
  id: createHash('sha256').update(text).digest('hex').slice(0, 16),
  documentId: 'd',
  path: 'handbook.md',
  headings: [],
  text,
  tokens: 10,
  language: 'en',
});
const CHUNKS = [
  'pump',
  'valve',
  'filter',
  'sensor',
  'boiler',
  'turbine',
  'condenser',
  'gearbox',
  'fan',
  'inverter',
].map((part) =>
  chunkOf(`The ${part} of model ${part.toUpperCase()}-7 is serviced by technicians from Harburg every autumn.`),
);
const optionsOf = (questions: RunRequest['questions']) => parseRunInput({ documents: ['x'], questions }).questions;
const OPTIONS = optionsOf({ mode: 'batch' });
const HOUR = 3_600_000;

let folder: string;
let now: number;
const running: RunningProvider[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-batches-'));
  now = Date.UTC(2026, 0, 1);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

interface Started {
  server?: ProviderOptions;
  store?: string;
}

/** A provider with a clock of its own, a store, and runs that work with both. */
async function start({ server = {}, store: name = 'store' }: Started = {}) {
  const started = await startProvider({ now: () => now, ...server });
  running.push(started);
  const profile = Profile.parse({
    apiKey: 'sk-test',
    baseURL: started.url,
    prices: { 'gpt-4o-mini': { prompt: 1, completion: 1 } },
  });
  const provider = () => openProvider('default', profile, { firstBackoffMs: 2, patienceMs: 500, timeoutMs: 5000 });
  const store = await openFilesystemStore(join(folder, name));
  const run = (id = 'run', limits?: FileLimits, most?: number) => runOver(store, provider, id, limits, most);
  const ask = (chunks = CHUNKS) => askAll(chunks, OPTIONS, { store, provider: provider() });
  return { ...started, store, provider, run, ask };
}

function runOver(
  store: ArtifactStore,
  provider: () => ReturnType<typeof openProvider>,
  run: string,
  limits?: FileLimits,
  most?: number,
) {
  const batching = { store, batchApi: () => provider().batchApi, run, profile: 'default', now: () => now };
  const submitting = { ...batching, scratch: folder, ...(limits && { limits }), ...(most && { most }) };
  return {
    submit: async (chunks: readonly Chunk[] = CHUNKS, options = OPTIONS) =>
      (await submitBatches(chunks, options, submitting)).claims,
    watch: async () => watchBatches(await readClaims(store), batching),
    receive: async () => receiveBatches(await readClaims(store), batching),
    cancel: () => cancelBatches(batching),
  };
}

/** What the ledger holds, without what tells one purchase from another. */
async function answersIn(store: ArtifactStore) {
  const lines = (await exportLedger(store)).trim().split('\n');
  return lines.map((line) => {
    const { response, cost: _, ...entry } = JSON.parse(line);
    return { ...entry, choices: response.choices, usage: response.usage };
  });
}

test('a batch ends with the ledger and the questions that asking one by one ends with, at half the price', async () => {
  const live = await start({ store: 'live' });
  const asked = await live.ask();
  const { run, ask, store, stats } = await start();
  const { submit, watch, receive } = run();
  expect(await submit()).toMatchObject([{ lines: 10, run: 'run' }]);
  expect(await watch()).toMatchObject({ done: 10, total: 10, ended: true, expiresAt: now + 24 * HOUR });
  const { spending, ...received } = await receive();
  expect(received).toEqual({ answered: 10, problems: {}, queueFull: false });
  expect(spending).toMatchObject({
    answers: 10,
    batchApiAnswers: 10,
    promptTokens: asked.spending.promptTokens,
    completionTokens: asked.spending.completionTokens,
  });
  expect(spending.cost).toBeCloseTo((asked.spending.cost as number) / 2, 12);
  expect(await answersIn(store)).toEqual(await answersIn(live.store));
  expect((await ask()).questions).toEqual(asked.questions);
  expect(stats.chats).toBe(10);
  expect(stats.billedTwice).toBe(0);
  expect(await readClaims(store)).toEqual([]);
  expect(await readdir(folder)).toEqual(expect.not.arrayContaining([expect.stringContaining('.jsonl')]));
});

test('an expired batch keeps what was done, and the rest is asked one by one', async () => {
  const { run, ask, stats } = await start({ server: { batches: { takesMs: 48 * HOUR } } });
  const { submit, watch, receive } = run();
  await submit();
  now += 12 * HOUR;
  expect(await watch()).toMatchObject({ done: 2, total: 10, ended: false });
  expect(await receive()).toMatchObject({ answered: 0 });
  now += 12 * HOUR;
  expect(await watch()).toMatchObject({ ended: true });
  expect(await receive()).toMatchObject({ answered: 5, problems: { batch_expired: 5 } });
  expect(await ask()).toMatchObject({ replayed: 5, spending: { answers: 5 }, quarantined: [] });
  expect(stats.chats).toBe(10);
  expect(stats.billedTwice).toBe(0);
});

test('lines that failed are named by their reason and asked again one by one', async () => {
  const inject = ({ inBatch, first }: Incoming): Injected | undefined => {
    if (inBatch && first.includes('PUMP')) return { do: 'status', status: 500 };
    if (inBatch && first.includes('VALVE')) return { do: 'hang' };
    return first.includes('FILTER') ? { do: 'too-long' } : undefined;
  };
  const { run, ask } = await start({ server: { inject } });
  await run().submit();
  expect((await run().receive()).problems).toEqual({
    'answered 500': 1,
    request_timeout: 1,
    'context-length': 1,
  });
  expect(await ask([...CHUNKS.slice(0, 2), ...CHUNKS.slice(3)])).toMatchObject({
    replayed: 7,
    spending: { answers: 2 },
  });
});

test('a run killed between making a batch and noting it finds that batch', async () => {
  let dying = false;
  const inject = ({ method, path }: Incoming): Injected | undefined => {
    dying ||= method === 'POST' && path === '/v1/batches';
    return dying ? { do: 'truncate' } : undefined;
  };
  const { run, stats, store } = await start({ server: { batches: { takesMs: HOUR }, inject } });
  await expect(run().submit()).rejects.toThrow();
  expect(await readClaims(store)).toEqual([expect.not.objectContaining({ batchId: expect.anything() })]);
  dying = false;
  await run().submit();
  expect(await readClaims(store)).toMatchObject([{ batchId: 'batch_1', lines: 10 }]);
  now += HOUR;
  expect(await run().receive()).toMatchObject({ answered: 10 });
  expect(stats.chats).toBe(10);
});

test('an attempt that slept while another took over makes no batch when it wakes', async () => {
  const { run, provider, store, stats } = await start();
  const { batchApi } = provider();
  const sleepy: BatchApi = {
    ...batchApi,
    create: async (batch, signal) => {
      await run().submit();
      return batchApi.create(batch, signal);
    },
  };
  const batching = { store, batchApi: () => sleepy, run: 'run', profile: 'default', scratch: folder };
  await expect(submitBatches(CHUNKS, OPTIONS, batching)).rejects.toMatchObject({ kind: 'unavailable' });
  expect(await readClaims(store)).toMatchObject([{ batchId: 'batch_1' }]);
  await run().receive();
  expect(stats.chats).toBe(10);
});

test('an answer lost on the way makes no second batch', async () => {
  let lost = 0;
  const { run, store } = await start({
    server: {
      inject: ({ method, path }) =>
        method === 'POST' && path === '/v1/batches' && lost++ === 0 ? { do: 'truncate' } : undefined,
    },
  });
  await run().submit();
  expect(lost).toBe(1);
  expect(await readClaims(store)).toMatchObject([{ batchId: 'batch_1' }]);
});

test('a second run waits for the batch that another has under way, and sends only what is not in it', async () => {
  const { run, ask, stats } = await start({ server: { batches: { takesMs: HOUR } } });
  await run('first').submit(CHUNKS.slice(0, 6));
  const claims = await run('second').submit();
  expect(claims.map(({ run, lines }) => [run, lines])).toEqual([
    ['first', 6],
    ['second', 4],
  ]);
  now += HOUR;
  expect(await run('second').receive()).toMatchObject({ answered: 10, spending: { answers: 4 } });
  expect(await ask()).toMatchObject({ replayed: 10, spending: { answers: 0 } });
  expect(stats.chats).toBe(10);
});

test('of two runs that begin at once, each request is sent by one', async () => {
  const { run, stats } = await start({ server: { batches: { takesMs: HOUR } } });
  await Promise.all([run('first').submit(), run('second').submit()]);
  now += HOUR;
  await run('second').receive();
  await run('first').submit();
  now += HOUR;
  await run('first').receive();
  expect(stats.chats).toBe(10);
  expect(stats.billedTwice).toBe(0);
});

test('what a run that died was about to send is sent by another, after a while', async () => {
  let down = true;
  const { run, store, stats } = await start({
    server: { inject: ({ path }) => (down && path === '/v1/files' ? { do: 'reset' } : undefined) },
  });
  await expect(run('first').submit()).rejects.toThrow();
  down = false;
  expect(await run('second').submit()).toMatchObject([{ run: 'first' }]);
  expect(await run('second').watch()).toMatchObject({ done: 0, total: 10, ended: false });
  now += HOUR;
  expect(await run('second').submit()).toMatchObject([{ run: 'second' }]);
  await run('second').receive();
  expect(await readClaims(store)).toEqual([]);
  expect(stats.chats).toBe(10);
});

test('more than a file takes is sent as several batches', async () => {
  const { run, stats } = await start({ server: { batches: { maxLines: 4, maxBytes: 4000 } } });
  const claims = await run('run', { lines: 4, bytes: 4000 }).submit();
  expect(claims.length).toBeGreaterThan(3);
  expect(await run().receive()).toMatchObject({ answered: 10, problems: {} });
  expect(stats.chats).toBe(10);
});

test('a cancelled batch is paid for once: the next run takes in what was done and sends the rest', async () => {
  const { run, ask, stats } = await start({ server: { batches: { takesMs: HOUR, cancellingMs: 60_000 } } });
  await run('first').submit();
  now += HOUR / 2;
  expect(await run('other').cancel()).toBe(0);
  expect(await run('first').cancel()).toBe(1);
  expect(await run('first').watch()).toMatchObject({ ended: false });
  now += 60_000;
  const claims = await run('second').submit();
  expect(claims.map(({ run, lines }) => [run, lines])).toEqual([['second', 5]]);
  now += HOUR;
  await run('second').receive();
  expect(await ask()).toMatchObject({ replayed: 10, spending: { answers: 0 } });
  expect(stats.chats).toBe(10);
});

test('no more is sent than the budget has room for', async () => {
  const { run, ask, stats } = await start();
  expect(await run('run', undefined, 4).submit()).toMatchObject([{ lines: 4 }]);
  await run().receive();
  expect(stats.chats).toBe(4);
  expect(await ask()).toMatchObject({ replayed: 4, spending: { answers: 6 } });
});

test('a batch that is not taken because too much is enqueued says so, and can be sent later', async () => {
  const { run, stats } = await start({ server: { batches: { takesMs: HOUR, enqueuedTokens: 3000 } } });
  await run('run', { lines: 5, bytes: 1e6 }).submit();
  now += HOUR;
  const received = await run().receive();
  expect(received).toMatchObject({ answered: 5, queueFull: true });
  expect(Object.keys(received.problems)).toEqual([expect.stringContaining('Enqueued token limit')]);
  expect(await run().submit()).toMatchObject([{ lines: 5 }]);
  now += HOUR;
  expect(await run().receive()).toMatchObject({ answered: 5, queueFull: false });
  expect(stats.chats).toBe(10);
});

test('a model that the endpoint does not have stops the run with what to mend, and does not stop the next one', async () => {
  const { run, store } = await start({ server: { models: ['another'] } });
  await run().submit();
  await expect(run().receive()).rejects.toMatchObject({ kind: 'config' });
  expect(await readClaims(store)).toEqual([]);
});

test('a download that breaks off keeps what had come, and is taken up again', async () => {
  let cut = true;
  const { run, store, stats } = await start({
    server: { inject: ({ path }) => (cut && path.endsWith('/content') ? { do: 'truncate' } : undefined) },
  });
  await run().submit();
  await expect(run().receive()).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
  expect((await answersIn(store)).length).toBeGreaterThan(3);
  cut = false;
  expect(await run().receive()).toMatchObject({ answered: 10, spending: { answers: 10 } });
  expect(stats.chats).toBe(10);
});

test('a batch that the endpoint has forgotten keeps nobody waiting', async () => {
  const forgetful = {
    inject: ({ path }: Incoming): Injected | undefined =>
      /batches\/batch_/.test(path) ? { do: 'status', status: 404 } : undefined,
  };
  const { run, store, ask } = await start({ server: forgetful });
  await run().submit();
  expect(await run().watch()).toMatchObject({ ended: true });
  expect(await readClaims(store)).toEqual([]);
  expect(await ask()).toMatchObject({ spending: { answers: 10 } });
});

test('where the endpoint has no Batch API, a run that must have one stops, and one that may asks one by one', async () => {
  const { run } = await start({ server: { batches: false } });
  await expect(run().submit()).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/no Batch API/),
  });
  expect(await run().submit(CHUNKS, optionsOf({ mode: 'auto', batchFrom: 1 }))).toEqual([]);
});

test('a run that may choose takes a batch for many requests, and none for few or with a key that must not', async () => {
  const { run } = await start();
  expect(await run().submit(CHUNKS, optionsOf({ mode: 'auto', batchFrom: 11 }))).toEqual([]);
  expect(await run().submit(CHUNKS, optionsOf({ mode: 'auto', batchFrom: 10 }))).toMatchObject([{ lines: 10 }]);
  const denied = {
    inject: ({ path }: Incoming): Injected | undefined =>
      path === '/v1/batches' ? { do: 'status', status: 403 } : undefined,
  };
  const restricted = await start({ server: denied, store: 'restricted' });
  expect(await restricted.run().submit(CHUNKS, optionsOf({ mode: 'auto', batchFrom: 1 }))).toEqual([]);
  await expect(restricted.run().submit()).rejects.toMatchObject({ kind: 'credentials' });
});

test('a run that asks one by one takes in what an earlier batch has left, and waits for none', async () => {
  const { run, ask, stats, store, provider } = await start({ server: { batches: { takesMs: HOUR } } });
  await run('first').submit(CHUNKS.slice(0, 4));
  const batching = { store, batchApi: () => provider().batchApi, run: 'live', profile: 'default' };
  expect(await takeInEnded(CHUNKS, OPTIONS, batching)).toMatchObject({ answered: 0 });
  now += HOUR;
  expect(await takeInEnded(CHUNKS, OPTIONS, batching)).toMatchObject({ answered: 4, spending: { answers: 0 } });
  expect(await ask()).toMatchObject({ replayed: 4, spending: { answers: 6 } });
  expect(stats.billedTwice).toBe(0);
});
