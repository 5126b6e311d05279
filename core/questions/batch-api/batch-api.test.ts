import { readdir, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
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
import { NO_SPENDING } from '../../contracts/spending.ts';
import { sha256 } from '../../primitives/hash.ts';
import { temporaryFolder } from '../../primitives/temporary-folder.fixture.ts';
import { openProvider } from '../../provider/open-provider.ts';
import { parseRunInput } from '../../run/parse-input.ts';
import { askAll } from '../asking/ask-all.fixture.ts';
import { Bill } from '../ledger/bill.ts';
import { exportLedger, importRecording, ledgerKeys, readLedger } from '../ledger/ledger.ts';
import { readClaims } from './job-claims.ts';
import type { FileLimits } from './job-files.ts';
import { cancelJobs, pollJobs } from './poll-jobs.ts';
import { receiveJobs } from './receive-jobs.ts';
import { receiveEndedJobs, submitJobs } from './submit-jobs.ts';

const chunkOf = (text: string): Chunk => ({
  id: sha256(text).slice(0, 16),
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

const folder = temporaryFolder();
let now: number;
const running: RunningProvider[] = [];
beforeEach(() => {
  now = Date.UTC(2026, 0, 1);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

interface Started {
  server?: ProviderOptions;
  store?: string;
}

/** A provider with a simulated clock, a store, and runs that use both. */
async function start({ server = {}, store: name = 'store' }: Started = {}) {
  const started = await startProvider({ now: () => now, ...server });
  running.push(started);
  const profile = Profile.parse({
    apiKey: 'sk-test',
    baseURL: started.url,
    prices: { 'gpt-4o-mini': { prompt: 1, completion: 1 } },
  });
  const provider = () => openProvider('default', profile, { firstBackoffMs: 2, patienceMs: 500, timeoutMs: 5000 });
  const store = await openFilesystemStore(folder.join(name));
  const run = (id = 'run', limits?: FileLimits, maxRequests?: number, costEach?: number) =>
    runOver(store, provider, id, limits, maxRequests, costEach);
  const ask = (chunks = CHUNKS) => askAll(chunks, OPTIONS, { store, provider: provider() });
  return { ...started, store, provider, run, ask };
}

function runOver(
  store: ArtifactStore,
  provider: () => ReturnType<typeof openProvider>,
  run: string,
  limits?: FileLimits,
  maxRequests?: number,
  costEach?: number,
) {
  const payer = `payer of ${run}`;
  const context = { store, batchApi: () => provider().batchApi, run, payer, profile: 'default', now: () => now };
  const submitting = {
    ...context,
    scratch: folder.path,
    limits,
    maxRequests,
    costEach,
  };
  return {
    submit: async (chunks: readonly Chunk[] = CHUNKS, options = OPTIONS) =>
      (await submitJobs(chunks, options, submitting)).claims,
    poll: async () => pollJobs(await readClaims(store), context),
    receive: async () => receiveJobs(await readClaims(store), context),
    cancel: () => cancelJobs(context),
  };
}

/** What a run has paid for, by the ledger. */
async function billOf(run: string, store: ArtifactStore) {
  const bill = new Bill(run);
  for await (const key of ledgerKeys(store)) {
    const entry = await readLedger(store, key);
    if (entry) bill.add(entry);
  }
  await bill.addRepeated(store);
  return bill.spending;
}

/** What the ledger holds, without what differs between two requests for the same answer. */
async function answersIn(store: ArtifactStore) {
  const lines = (await exportLedger(store)).trim().split('\n');
  return lines.map((line) => {
    const { response, cost: _, ...entry } = JSON.parse(line);
    return { ...entry, choices: response.choices, usage: response.usage };
  });
}

test('a job leaves the same ledger and questions as asking one by one, at half the price', async () => {
  const live = await start({ store: 'live' });
  const asked = await live.ask();
  const { run, ask, store, stats } = await start();
  const { submit, poll, receive } = run();
  expect(await submit()).toMatchObject([{ lines: 10, run: 'run' }]);
  expect(await poll()).toMatchObject({ done: 10, total: 10, ended: true, expiresAt: now + 24 * HOUR });
  const { spending, ...received } = await receive();
  expect(received).toEqual({ answered: 10, problems: {}, queueFull: false });
  expect(spending).toMatchObject({
    answers: 10,
    batchApiAnswers: 10,
    promptTokens: asked.spending.promptTokens,
    completionTokens: asked.spending.completionTokens,
  });
  expect(spending.cost).toBeCloseTo((asked.spending.cost ?? 0) / 2, 12);
  expect(await answersIn(store)).toEqual(await answersIn(live.store));
  expect((await ask()).questions).toEqual(asked.questions);
  expect(stats.chats).toBe(10);
  expect(stats.billedTwice).toBe(0);
  expect(await readClaims(store)).toEqual([]);
  expect(await readdir(folder.path)).toEqual(expect.not.arrayContaining([expect.stringContaining('.jsonl')]));
});

test('what an expired job answered is kept, and the rest is asked one by one', async () => {
  const { run, ask, stats } = await start({ server: { batches: { takesMs: 48 * HOUR } } });
  const { submit, poll, receive } = run();
  await submit();
  now += 12 * HOUR;
  expect(await poll()).toMatchObject({ done: 2, total: 10, ended: false });
  expect(await receive()).toMatchObject({ answered: 0 });
  now += 12 * HOUR;
  expect(await poll()).toMatchObject({ ended: true });
  expect(await receive()).toMatchObject({ answered: 5, problems: { batch_expired: 5 } });
  expect(await ask()).toMatchObject({ replayed: 5, spending: { answers: 5 }, quarantined: [] });
  expect(stats.chats).toBe(10);
  expect(stats.billedTwice).toBe(0);
});

test('answers without usage are counted as those to single requests are, at half the price', async () => {
  const server = { usage: false };
  const asked = await (await start({ store: 'live', server })).ask();
  const { run, store } = await start({ server });
  const { submit, receive } = run();
  await submit();
  now += HOUR;
  const { spending } = await receive();
  expect(spending.promptTokens).toBeGreaterThan(0);
  expect(spending).toMatchObject({
    countedAnswers: 10,
    promptTokens: asked.spending.promptTokens,
    completionTokens: asked.spending.completionTokens,
  });
  expect(spending.cost).toBeCloseTo((asked.spending.cost ?? 0) / 2, 12);
  expect(await answersIn(store)).toEqual(await answersIn((await start({ store: 'live', server })).store));
});

test('failed lines are counted by reason and asked again one by one', async () => {
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

test('a run killed between creating a job and recording it finds the job', async () => {
  let dying = false;
  const inject = ({ method, path }: Incoming): Injected | undefined => {
    dying ||= method === 'POST' && path === '/v1/batches';
    return dying ? { do: 'truncate' } : undefined;
  };
  const { run, stats, store } = await start({ server: { batches: { takesMs: HOUR }, inject } });
  await expect(run().submit()).rejects.toThrow();
  expect(await readClaims(store)).toEqual([expect.not.objectContaining({ jobId: expect.anything() })]);
  dying = false;
  await run().submit();
  expect(await readClaims(store)).toMatchObject([{ jobId: 'batch_1', lines: 10 }]);
  now += HOUR;
  expect(await run().receive()).toMatchObject({ answered: 10 });
  expect(stats.chats).toBe(10);
});

test('an attempt that slept while another took over creates no job when it wakes', async () => {
  const { run, provider, store, stats } = await start();
  const { batchApi } = provider();
  const sleepy: BatchApi = {
    ...batchApi,
    create: async (job, signal) => {
      await run().submit();
      return batchApi.create(job, signal);
    },
  };
  const context = { store, batchApi: () => sleepy, run: 'run', profile: 'default', scratch: folder.path };
  await expect(submitJobs(CHUNKS, OPTIONS, context)).rejects.toMatchObject({ kind: 'unavailable' });
  expect(await readClaims(store)).toMatchObject([{ jobId: 'batch_1' }]);
  await run().receive();
  expect(stats.chats).toBe(10);
});

test('a lost response does not create a second job', async () => {
  let lost = 0;
  const { run, store } = await start({
    server: {
      inject: ({ method, path }) =>
        method === 'POST' && path === '/v1/batches' && lost++ === 0 ? { do: 'truncate' } : undefined,
    },
  });
  await run().submit();
  expect(lost).toBe(1);
  expect(await readClaims(store)).toMatchObject([{ jobId: 'batch_1' }]);
});

test('a second run waits for the job of another, and sends only what is not in it', async () => {
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

test('of two runs that start at once, each request is sent by one', async () => {
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

test('what a dead run was about to send is sent by another run, after a while', async () => {
  let down = true;
  const { run, store, stats } = await start({
    server: { inject: ({ path }) => (down && path === '/v1/files' ? { do: 'reset' } : undefined) },
  });
  await expect(run('first').submit()).rejects.toThrow();
  down = false;
  expect(await run('second').submit()).toMatchObject([{ run: 'first' }]);
  expect(await run('second').poll()).toMatchObject({ done: 0, total: 10, ended: false });
  now += HOUR;
  expect(await run('second').submit()).toMatchObject([{ run: 'second' }]);
  await run('second').receive();
  expect(await readClaims(store)).toEqual([]);
  expect(stats.chats).toBe(10);
});

test('what a recording answers is not sent', async () => {
  const { run, ask, store, provider, stats } = await start();
  const { store: elsewhere, ask: askElsewhere } = await start({ store: 'elsewhere' });
  await askElsewhere(CHUNKS.slice(0, 4));
  const recording = await importRecording(Buffer.from(await exportLedger(elsewhere)), store);
  const context = { store, batchApi: () => provider().batchApi, run: 'run', profile: 'default', scratch: folder.path };
  expect((await submitJobs(CHUNKS, OPTIONS, { ...context, recording })).claims).toMatchObject([{ lines: 6 }]);
  await run().receive();
  expect(stats.chats).toBe(6);
  // Another run, which names no recording, has to ask.
  expect(await ask()).toMatchObject({ spending: { answers: 4 } });
});

test('more requests than fit into one file are sent as several jobs', async () => {
  const { run, stats } = await start({ server: { batches: { maxLines: 4, maxBytes: 4000 } } });
  const claims = await run('run', { lines: 4, bytes: 4000 }).submit();
  expect(claims.length).toBeGreaterThan(3);
  expect(await run().receive()).toMatchObject({ answered: 10, problems: {} });
  expect(stats.chats).toBe(10);
});

test('a cancelled job is paid for once: the next run receives what it answered and sends the rest', async () => {
  const { run, ask, stats } = await start({ server: { batches: { takesMs: HOUR, cancellingMs: 60_000 } } });
  await run('first').submit();
  now += HOUR / 2;
  expect(await run('other').cancel()).toBe(0);
  expect(await run('first').cancel()).toBe(1);
  expect(await run('first').poll()).toMatchObject({ ended: false });
  now += 60_000;
  const claims = await run('second').submit();
  expect(claims.map(({ run, lines }) => [run, lines])).toEqual([['second', 5]]);
  now += HOUR;
  await run('second').receive();
  expect(await ask()).toMatchObject({ replayed: 10, spending: { answers: 0 } });
  expect(stats.chats).toBe(10);
});

test('no more requests are sent than the budget allows', async () => {
  const { run, ask, stats } = await start();
  expect(await run('run', undefined, 4).submit()).toMatchObject([{ lines: 4 }]);
  await run().receive();
  expect(stats.chats).toBe(4);
  expect(await ask()).toMatchObject({ replayed: 4, spending: { answers: 6 } });
});

test('a job refused because too much is enqueued is reported as such, and can be sent later', async () => {
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

test('a model that the endpoint does not have ends the run with advice, and does not end the next run', async () => {
  const { run, store } = await start({ server: { models: ['another'] } });
  await run().submit();
  await expect(run().receive()).rejects.toMatchObject({ kind: 'config' });
  expect(await readClaims(store)).toEqual([]);
});

test('what came before a download broke off is kept, and the download is repeated', async () => {
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

test('a receipt that fails between two jobs reports both when it is repeated', async () => {
  let cut = true;
  let downloads = 0;
  const inject = ({ path }: Incoming): Injected | undefined =>
    path.endsWith('/content') && ++downloads > 1 && cut ? { do: 'truncate' } : undefined;
  const { run, store, stats } = await start({ server: { inject } });
  await run('run', { lines: 5, bytes: 1e6 }).submit();
  await expect(run().receive()).rejects.toMatchObject({ kind: 'unavailable' });
  cut = false;
  const { spending } = await run().receive();
  expect(spending).toMatchObject({ answers: 10, promptTokens: stats.promptTokens });
  expect(await readClaims(store)).toEqual([]);
  expect(await billOf('payer of run', store)).toEqual({ ...spending, cost: expect.closeTo(spending.cost ?? 0, 12) });
});

test('an answer of a job is in the account of the run that made the job, whoever receives it', async () => {
  const { run, store, stats } = await start({ server: { batches: { takesMs: HOUR } } });
  await run('first').submit(CHUNKS.slice(0, 6));
  now += HOUR;
  await run('second').receive();
  expect(await billOf('payer of first', store)).toMatchObject({ answers: 6, promptTokens: stats.promptTokens });
  expect(await billOf('payer of second', store)).toEqual(NO_SPENDING);
});

test('with a budget, a few requests show what answers cost before more are sent, and a repeated call sends no more', async () => {
  const { run, store, stats } = await start({ server: { batches: { takesMs: HOUR } } });
  const many = Array.from({ length: 60 }, (_, at) => chunkOf(`The valve V-${at} opens at ${at} bar, every autumn.`));
  // Of what the answers really cost, this estimate is a tenth.
  const each = 0.000_03;
  const options = optionsOf({ mode: 'batch', budget: 0.005 });
  const { submit, receive } = run('run', undefined, undefined, each);
  expect(await submit(many, options)).toMatchObject([{ lines: 20 }]);
  expect(await submit(many, options)).toMatchObject([{ lines: 20 }]);
  now += HOUR;
  await receive();
  const [second] = await submit(many, options);
  expect(await submit(many, options)).toEqual([expect.objectContaining({ lines: second?.lines })]);
  now += HOUR;
  await receive();
  expect(await submit(many, options)).toEqual([]);
  expect(stats.chats).toBeGreaterThan(20);
  expect(stats.chats).toBeLessThan(60);
  expect((await billOf('payer of run', store)).cost).toBeLessThanOrEqual(0.005);
});

test('no run waits for a job that the endpoint does not know', async () => {
  const forgetful = {
    inject: ({ path }: Incoming): Injected | undefined =>
      /batches\/batch_/.test(path) ? { do: 'status', status: 404 } : undefined,
  };
  const { run, store, ask } = await start({ server: forgetful });
  await run().submit();
  expect(await run().poll()).toMatchObject({ ended: true });
  expect(await readClaims(store)).toEqual([]);
  expect(await ask()).toMatchObject({ spending: { answers: 10 } });
});

test('without a Batch API, mode batch is an error, and mode auto asks one by one', async () => {
  const { run } = await start({ server: { batches: false } });
  await expect(run().submit()).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/no Batch API/),
  });
  expect(await run().submit(CHUNKS, optionsOf({ mode: 'auto', batchFrom: 1 }))).toEqual([]);
});

describe('an endpoint that takes no jobs', () => {
  const AUTO = optionsOf({ mode: 'auto', batchFrom: 1 });
  const answering = (status: number, matches: (incoming: Incoming) => boolean) => ({
    inject: (incoming: Incoming): Injected | undefined => (matches(incoming) ? { do: 'status', status } : undefined),
  });
  const listing = ({ path }: Incoming) => path === '/v1/batches';
  const creating = ({ path, method }: Incoming) => path === '/v1/batches' && method === 'POST';
  const uploading = ({ path }: Incoming) => path === '/v1/files';

  it.each([400, 401, 403, 404, 405, 500, 501, 503])(
    'is asked one by one in mode auto if it says %s',
    async (status) => {
      const { run, ask, store } = await start({ server: answering(status, listing), store: `auto-${status}` });
      expect(await run().submit(CHUNKS, AUTO)).toEqual([]);
      expect(await readClaims(store)).toEqual([]);
      expect(await ask()).toMatchObject({ spending: { answers: 10 } });
    },
  );

  it.each([
    [400, 'creating', creating],
    [404, 'creating', creating],
    [500, 'creating', creating],
    [413, 'uploading', uploading],
    [501, 'uploading', uploading],
  ] as const)('is asked one by one in mode auto if it says %s to %s', async (status, name, matches) => {
    const { run, ask, store, stats } = await start({
      server: answering(status, matches),
      store: `${name}-${status}`,
    });
    // Of several files, none is left claimed.
    expect(await run('run', { lines: 4, bytes: 1e6 }).submit(CHUNKS, AUTO)).toEqual([]);
    expect(await readClaims(store)).toEqual([]);
    expect(await ask()).toMatchObject({ spending: { answers: 10 } });
    expect(stats.chats).toBe(10);
  });

  it('is not paid twice in mode auto if it took the job and then cannot be asked about it', async () => {
    let down = false;
    const inject = ({ method, path }: Incoming): Injected | undefined => {
      down ||= method === 'POST' && path === '/v1/batches';
      return down && path.startsWith('/v1/batches') ? { do: 'truncate' } : undefined;
    };
    const { run, stats } = await start({ server: { batches: { takesMs: HOUR }, inject } });
    await expect(run().submit(CHUNKS, AUTO)).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
    await expect(run().submit(CHUNKS, AUTO)).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
    expect(stats.chats).toBe(0);
  });

  it('is an error in mode batch, with what it says', async () => {
    const restricted = await start({ server: answering(501, listing) });
    await expect(restricted.run().submit()).rejects.toMatchObject({
      kind: 'config',
      message: expect.stringMatching(/no Batch API/),
    });
    const gateway = await start({ server: answering(400, listing), store: 'gateway' });
    await expect(gateway.run().submit()).rejects.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/rejected.*400/),
    });
  });
});

test('a job that does not end is cancelled after its window, then not waited for, and received when it ends', async () => {
  const batches = { takesMs: 48 * HOUR, windowMs: Number.POSITIVE_INFINITY, cancellingMs: 2 * HOUR };
  const { run, ask, store } = await start({ server: { batches } });
  await run().submit();
  now += 24.5 * HOUR;
  expect(await run().poll()).toMatchObject({ done: 5, ended: false });
  now += HOUR;
  expect(await run().poll()).toMatchObject({ ended: false });
  now += HOUR;
  expect(await run().poll()).toMatchObject({ done: 5, total: 10, ended: true });
  expect(await run().receive()).toMatchObject({ answered: 0 });
  // A run that is waiting for nothing else does not wait for it either, and does not send it again as a job.
  await run('second').submit();
  expect(await readClaims(store)).toMatchObject([{ run: 'run' }]);
  expect(await run('second').poll()).toMatchObject({ ended: true });
  now += HOUR;
  expect(await run().receive()).toMatchObject({ answered: 5, spending: { answers: 5 } });
  expect(await readClaims(store)).toEqual([]);
  expect(await ask()).toMatchObject({ spending: { answers: 5 } });
});

test('a job that neither ends nor can be cancelled is not waited for', async () => {
  const inject = ({ path }: Incoming): Injected | undefined =>
    path.endsWith('/cancel') ? { do: 'status', status: 500 } : undefined;
  const server = { batches: { takesMs: 480 * HOUR, windowMs: Number.POSITIVE_INFINITY }, inject };
  const { run } = await start({ server });
  await run().submit();
  now += 26.5 * HOUR;
  expect(await run().poll()).toMatchObject({ ended: true });
});

test('jobs outlive the deletion of objects and steps, which the documentation allows', async () => {
  const { run, ask, stats } = await start({ server: { batches: { takesMs: HOUR } } });
  await run('first').submit(CHUNKS.slice(0, 6));
  for (const part of ['objects', 'steps']) await rm(folder.join('store', part), { recursive: true, force: true });
  const claims = await run('second').submit();
  expect(claims.map(({ run, lines }) => [run, lines])).toEqual([
    ['first', 6],
    ['second', 4],
  ]);
  now += HOUR;
  expect(await run('second').receive()).toMatchObject({ answered: 10 });
  expect(await ask()).toMatchObject({ replayed: 10, spending: { answers: 0 } });
  expect(stats.chats).toBe(10);
});

test('a claim whose list of requests is lost holds up no run, and its answers are received all the same', async () => {
  const { run, ask, store, stats } = await start({ server: { batches: { takesMs: HOUR } } });
  await run('first').submit();
  await rm(folder.join('store', 'batch-jobs', 'keys'), { recursive: true });
  now += HOUR;
  expect(await run('second').submit()).toEqual([]);
  expect(await readClaims(store)).toEqual([]);
  expect(await ask()).toMatchObject({ replayed: 10, spending: { answers: 0 } });
  expect(stats.chats).toBe(10);
});

test('mode auto submits a job for many requests, and none for few or with a key that is not allowed to', async () => {
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

test('a run that asks one by one receives what earlier jobs answered, and waits for none', async () => {
  const { run, ask, stats, store, provider } = await start({ server: { batches: { takesMs: HOUR } } });
  await run('first').submit(CHUNKS.slice(0, 4));
  const context = { store, batchApi: () => provider().batchApi, run: 'live', profile: 'default' };
  expect(await receiveEndedJobs(CHUNKS, OPTIONS, context)).toMatchObject({ answered: 0 });
  now += HOUR;
  expect(await receiveEndedJobs(CHUNKS, OPTIONS, context)).toMatchObject({ answered: 4, spending: { answers: 0 } });
  expect(await ask()).toMatchObject({ replayed: 4, spending: { answers: 6 } });
  expect(stats.billedTwice).toBe(0);
});
