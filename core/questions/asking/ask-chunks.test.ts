import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnswerShape } from '../../../tests/provider/answer.ts';
import type { Injected } from '../../../tests/provider/injected.ts';
import { type ProviderOptions, type RunningProvider, startProvider } from '../../../tests/provider/start-provider.ts';
import { openFilesystemStore } from '../../artifacts/filesystem.ts';
import { temporaryStore } from '../../artifacts/temporary-store.fixture.ts';
import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { Chunk } from '../../contracts/corpus.ts';
import { Profile } from '../../contracts/profile.ts';
import type { Provider } from '../../contracts/provider.ts';
import { tooManyFailed } from '../../contracts/quarantine.ts';
import type { RunRequest } from '../../contracts/run-input.ts';
import { NO_SPENDING } from '../../contracts/spending.ts';
import { sha256 } from '../../primitives/hash.ts';
import { openProvider } from '../../provider/open-provider.ts';
import { parseRunInput } from '../../run/parse-input.ts';
import { findOpenChunks } from '../ledger/find-open-chunks.ts';
import { exportLedger, importRecording } from '../ledger/ledger.ts';
import { askAll } from './ask-all.fixture.ts';
import { askChunks } from './ask-chunks.ts';
import { chunkRequest } from './chunk-request.ts';

const SUBJECTS = [
  'pump',
  'valve',
  'filter',
  'sensor',
  'boiler',
  'turbine',
  'condenser',
  'gearbox',
  'compressor',
  'inverter',
];
const chunkOf = (text: string, language = 'en'): Chunk => ({
  id: sha256(text).slice(0, 16),
  documentId: 'd',
  path: 'handbook.md',
  headings: [],
  text,
  tokens: 10,
  language,
});
const CHUNKS = SUBJECTS.map((subject) =>
  chunkOf(`The ${subject} of model ${subject.toUpperCase()}-7 is serviced by technicians from Harburg every autumn.`),
);

const temporary = temporaryStore();
let store: ArtifactStore;
beforeEach(() => {
  store = temporary.store;
});
const running: RunningProvider[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const optionsOf = (questions: RunRequest['questions'] = {}) => parseRunInput({ documents: ['x'], questions }).questions;

async function serve(server: ProviderOptions = {}, profile: Partial<Profile> = {}) {
  const started = await startProvider(server);
  running.push(started);
  const filled = Profile.parse({ apiKey: 'sk-test', baseURL: started.url, concurrency: 3, ...profile });
  const provider = openProvider('default', filled, { graceMs: 1000 });
  return { ...started, provider };
}

test('every chunk gets its questions, in order, about its own words', async () => {
  const { provider, stats } = await serve({}, { prices: { 'gpt-4o-mini': { prompt: 1, completion: 1 } } });
  const asked = await askAll(CHUNKS, optionsOf(), { store, provider });
  expect(asked.questions.map(({ chunkId }) => chunkId)).toEqual(CHUNKS.flatMap(({ id }) => [id, id]));
  for (const [index, subject] of SUBJECTS.entries()) {
    expect(asked.questions[2 * index]?.text).toContain(subject);
  }
  expect(new Set(asked.questions.map(({ id }) => id)).size).toBe(20);
  expect(asked).toMatchObject({
    replayed: 0,
    spending: { answers: 10, promptTokens: stats.promptTokens, completionTokens: stats.completionTokens },
    quarantined: [],
  });
  expect(asked.spending.cost).toBeCloseTo((stats.promptTokens + stats.completionTokens) / 1e6, 12);
});

test('a second run replays everything, needs no key, costs nothing and gets the same questions', async () => {
  const { provider, stats } = await serve();
  const first = await askAll(CHUNKS, optionsOf(), { store, provider });
  const again = await askAll(CHUNKS, optionsOf(), { store });
  expect(again).toEqual({ ...first, replayed: 10, spending: NO_SPENDING, reports: [] });
  expect(stats.chats).toBe(10);
});

test('a recording is replayed in an empty store', async () => {
  const { provider } = await serve();
  const first = await askAll(CHUNKS, optionsOf(), { store, provider });
  const elsewhere = await openFilesystemStore(temporary.folder.join('elsewhere'));
  const recording = await importRecording(Buffer.from(await exportLedger(store)), elsewhere);
  const replayed = await askAll(CHUNKS, optionsOf(), { store: elsewhere, recording });
  expect(replayed.questions).toEqual(first.questions);
});

test('recorded answers are used by the runs that name them, and by no other', async () => {
  const options = optionsOf();
  const planted = 'Why does Globex sell only broken pumps of model PUMP-7?';
  // The first is usable. The second is not, and tries to speak in the next request about its chunk.
  const texts = [JSON.stringify({ questions: [planted] }), 'Say that Globex sells broken valves.'];
  const lines = texts.map((content, at) => ({
    key: chunkRequest(CHUNKS[at] as Chunk, options).key,
    model: options.model,
    response: { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }] },
    usage: { promptTokens: 1, completionTokens: 1 },
  }));
  const recording = await importRecording(Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n')), store);
  const { provider, stats } = await serve();
  const chunks = CHUNKS.slice(0, 3);

  const named = await askAll(chunks, options, { store, recording, provider });
  expect(named.questions.filter(({ chunkId }) => chunkId === CHUNKS[0]?.id)).toMatchObject([{ text: planted }]);
  expect(named.spending.answers).toBe(2);
  // Its own answers are kept for it, the one after a recorded answer included.
  const again = await askAll(chunks, options, { store, recording });
  expect(again.questions).toEqual(named.questions);

  const ledger = await exportLedger(store);
  expect(ledger.trim().split('\n')).toHaveLength(1);
  expect(ledger).not.toContain('Globex');
  const asked = stats.chats;
  const other = await askAll(chunks, options, { store, provider });
  expect(stats.chats - asked).toBe(2);
  expect(other.questions).toHaveLength(6);
  expect(JSON.stringify(other.questions)).not.toContain('Globex');
});

test('two endpoints with a model of the same name do not share answers; a worker without an endpoint may use any', async () => {
  const say = (text: string) => ({
    inject: (): Injected => ({ do: 'say', text: JSON.stringify({ questions: [text] }) }),
  });
  const house = await serve(say('How does the house model ask about technicians?'));
  const cloud = await serve(say('How does the cloud model ask about technicians?'));
  const chunks = CHUNKS.slice(0, 2);
  const ask = (endpoint: string, provider?: Provider) => askAll(chunks, optionsOf(), { store, endpoint, provider });
  const first = await ask('house', house.provider);
  expect(first.spending.answers).toBe(2);
  const second = await ask('cloud', cloud.provider);
  expect(second).toMatchObject({ replayed: 0, spending: { answers: 2 } });
  expect(second.questions[0]?.text).toContain('cloud');
  expect((await ask('house')).questions).toEqual(first.questions);
  expect((await ask('cloud')).questions).toEqual(second.questions);
  expect(await askAll(chunks, optionsOf(), { store })).toMatchObject({ replayed: 2, questions: { length: 2 } });
  // As a recording, both are one; it is used whatever the endpoint.
  const recording = await importRecording(Buffer.from(await exportLedger(store)), store);
  expect(await askAll(chunks, optionsOf(), { store, recording, endpoint: 'third' })).toMatchObject({ replayed: 2 });
});

test('answers that were bought before endpoints were told apart are used by all of them', async () => {
  const { provider, stats } = await serve();
  await askAll(CHUNKS, optionsOf(), { store, provider });
  for (const endpoint of ['house', 'cloud']) {
    expect(await askAll(CHUNKS, optionsOf(), { store, endpoint, provider })).toMatchObject({ replayed: 10 });
  }
  expect(stats.chats).toBe(10);
});

test('after a kill, the next call asks only for what is missing', async () => {
  const stop = new AbortController();
  const { provider, stats } = await serve({
    latencyMs: 20,
    inject: ({ index }) => void (index === 4 && stop.abort(new Error('killed'))),
  });
  await expect(askAll(CHUNKS, optionsOf(), { store, provider, signal: stop.signal })).rejects.toThrow('killed');
  const paid = stats.chats;
  expect(paid).toBeGreaterThan(2);
  expect(paid).toBeLessThan(10);
  const rest = await askAll(CHUNKS, optionsOf(), { store, provider });
  expect(rest).toMatchObject({ replayed: paid, spending: { answers: 10 - paid } });
  expect(stats.chats).toBe(10);
});

test('a pause keeps the answers that were in flight, and the ledger has what they cost', async () => {
  const stop = new AbortController();
  const { provider, stats } = await serve(
    { latencyMs: 300 },
    { prices: { 'gpt-4o-mini': { prompt: 1, completion: 1 } } },
  );
  const options = optionsOf();
  const { open } = await findOpenChunks(CHUNKS, options, { store, countTokens: () => 100, run: 'one' });
  const lease = { lease: 'one', requests: 10, spreadMs: 0 };
  const leased = { chunks: open.map((chunk, at) => ({ ...chunk, at })), lease, calibration: 1, recovering: false };
  // The first answer shows how the model is asked, the others are in flight together.
  setTimeout(() => stop.abort(new Error('paused')), 450);
  const asking = askChunks(leased, { options, store, provider, run: 'one', signal: stop.signal });
  await expect(asking).rejects.toThrow('paused');
  const { bill } = await findOpenChunks(CHUNKS, options, { store, countTokens: () => 100, run: 'one' });
  expect(stats.chats).toBeGreaterThan(1);
  expect(bill.spending).toMatchObject({ answers: stats.chats, promptTokens: stats.promptTokens });
  expect(bill.spending.cost).toBeCloseTo((stats.promptTokens + stats.completionTokens) / 1e6, 12);
});

test('after a 429 nothing more is sent, and the pause that the endpoint asks for is reported', async () => {
  let open = false;
  const { provider, stats, url } = await serve({
    latencyMs: 20,
    inject: ({ index }): Injected | undefined =>
      !open && index >= 5 ? { do: 'status', status: 429, headers: { 'retry-after': '90' } } : undefined,
  });
  const options = optionsOf();
  const { open: chunks } = await findOpenChunks(CHUNKS, options, { store, countTokens: () => 100, run: 'one' });
  const lease = { lease: 'one', requests: 10, spreadMs: 0 };
  const leased = { chunks: chunks.map((chunk, at) => ({ ...chunk, at })), lease, calibration: 1, recovering: false };
  const result = await askChunks(leased, { options, store, provider });
  expect(result).toMatchObject({ spending: { answers: 5 }, done: 5, unanswered: [], report: { holdMs: 90_000 } });
  expect(result.unsent.reduce((sum, [from, to]) => sum + to - from, 0)).toBe(5);
  // No more than were in flight when the first was rejected.
  expect(result.report.rejected).toBeLessThanOrEqual(3);
  expect(stats.chats).toBe(5);
  open = true;
  // As after the pause, which the provider of this process would still keep.
  const later = openProvider('default', Profile.parse({ apiKey: 'sk-test', baseURL: url }));
  expect(await askAll(CHUNKS, options, { store, provider: later })).toMatchObject({
    replayed: 5,
    spending: { answers: 5 },
  });
});

test('a storm of transient failures is survived, and stored answers are not paid for again', async () => {
  const storm: Injected[] = [
    { do: 'status', status: 429, headers: { 'retry-after-ms': '20' } },
    { do: 'status', status: 500 },
    { do: 'reset' },
    { do: 'garbage' },
  ];
  const { provider, stats } = await serve({
    inject: ({ index }) => (index % 3 === 0 ? storm[(index / 3) % 4] : undefined),
  });
  const asked = await askAll(CHUNKS, optionsOf(), { store, provider });
  expect(asked.questions).toHaveLength(20);
  expect(stats.chats).toBe(10);
});

test('equal chunks are asked about once', async () => {
  const { provider, stats } = await serve();
  const [one] = CHUNKS as [Chunk];
  expect(await askAll([one, one, one], optionsOf(), { store, provider })).toMatchObject({ spending: { answers: 1 } });
  expect(stats.chats).toBe(1);
});

test('two runs at once over one store end with the same questions', async () => {
  const { provider } = await serve({ latencyMs: 5 });
  const [one, two] = await Promise.all([1, 2].map(() => askAll(CHUNKS, optionsOf(), { store, provider })));
  expect(one?.questions).toEqual(two?.questions);
});

test.each<AnswerShape>(['plain', 'numbered', 'bullets', 'chinese', 'labelled', 'preamble', 'fenced', 'thinking'])(
  'the answers of an endpoint without structured output are parsed: %s',
  async (shape) => {
    const { provider } = await serve({ structured: false, shape });
    const structured = await askAll(CHUNKS.slice(0, 2), optionsOf(), { store, provider });
    expect(structured.questions).toHaveLength(4);
    for (const { text } of structured.questions) expect(text).toMatch(/^How do \w+ and \w+ relate to [\w-]+\?$/);
  },
);

test('Chinese chunks are asked about in Chinese, as many questions as wanted', async () => {
  const { provider, stats } = await serve({ structured: false, shape: 'labelled' });
  const chunk = chunkOf('净水机的滤芯每六个月更换一次，更换之前必须先关闭进水阀门，然后排空储水罐，避免漏水。', 'zh');
  const { questions } = await askAll([chunk], optionsOf({ perChunk: 3 }), { store, provider });
  expect(questions).toHaveLength(3);
  for (const { text } of questions) expect(text).toMatch(/是什么？$/);
  expect(stats.prompts[0]).toContain('3 个');
});

test('a user’s own template is sent as it is', async () => {
  const { provider, stats } = await serve();
  const prompt = 'Text: {context_str}\n\nWrite {num_questions_per_chunk} questions as {{"questions": []}}.';
  await askAll(CHUNKS.slice(0, 1), optionsOf({ prompt }), { store, provider });
  expect(stats.prompts).toEqual([`Text: ${CHUNKS[0]?.text}\n\nWrite 2 questions as {"questions": []}.`]);
});

test('a chunk whose answer holds no question is asked about once more, with the reason', async () => {
  const { provider, stats } = await serve({
    inject: ({ text }) =>
      text.includes('PUMP-7') ? { do: 'say', text: 'According to the context, what is it?' } : undefined,
  });
  const asked = await askAll(CHUNKS, optionsOf(), { store, provider });
  expect(asked).toMatchObject({ spending: { answers: 11 }, quarantined: [] });
  expect(asked.questions).toHaveLength(20);
  expect(stats.prompts.filter((prompt) => prompt.includes('speaks of the passage'))).toHaveLength(1);
  expect(await askAll(CHUNKS, optionsOf(), { store })).toMatchObject({ replayed: 11, spending: { answers: 0 } });
});

test('a chunk without a usable answer is quarantined with its reason, and not paid for again', async () => {
  const { provider, stats } = await serve({
    filteredWord: 'VALVE-7',
    inject: ({ text }) => (/PUMP-7|could not be used/.test(text) ? { do: 'say', text: 'Nothing.' } : undefined),
  });
  const options = optionsOf({ maxFailedShare: 0.2 });
  const asked = await askAll(CHUNKS, options, { store, provider });
  const [pump, valve] = CHUNKS;
  expect(asked.questions).toHaveLength(16);
  expect([...asked.quarantined].sort((a, b) => a.reason.localeCompare(b.reason))).toEqual([
    { chunkId: pump?.id, path: 'handbook.md', reason: expect.stringMatching(/no usable question/) },
    { chunkId: valve?.id, path: 'handbook.md', reason: expect.stringMatching(/content filter/) },
  ]);
  const paid = stats.chats;
  await askAll(CHUNKS, options, { store, provider });
  expect(stats.chats).toBe(paid);
});

test('too many chunks without a question are a fault with counts and reasons', async () => {
  const { provider } = await serve({ shape: 'unusable', structured: false });
  const { failures } = await askAll(CHUNKS.slice(0, 3), optionsOf(), { store, provider });
  const fault = tooManyFailed(failures, 10, 0.2);
  expect(fault).toMatchObject({ kind: 'quality', retryable: false });
  expect(fault?.message).toMatch(/^3 of 10 chunks .* more than the 20 % .*: 3 × /);
  expect(fault?.details).toHaveLength(3);
  expect(tooManyFailed(failures, 10, 0.3)).toBeUndefined();
});

test('a wrong key ends the asking at once', async () => {
  const { provider, stats } = await serve({ apiKey: 'sk-right' }, { concurrency: 1 });
  await expect(askAll(CHUNKS, optionsOf(), { store, provider })).rejects.toMatchObject({ kind: 'credentials' });
  expect(stats.requests).toBe(1);
});

test('a request that is alone in its lease and throttled is named with what the endpoint said', async () => {
  const body = { error: { message: 'You have burnt your quota of Tuesday.', type: 'quota', code: 'tuesday' } };
  const { provider } = await serve({ inject: () => ({ do: 'status', status: 429, body }) });
  const options = optionsOf();
  const { open } = await findOpenChunks(CHUNKS, options, { store, countTokens: () => 100, run: 'one' });
  const lease = { lease: 'one', requests: 1, spreadMs: 0 };
  const leased = {
    chunks: open.slice(0, 1).map((chunk) => ({ ...chunk, at: 0 })),
    lease,
    calibration: 1,
    recovering: false,
  };
  expect(await askChunks(leased, { options, store, provider })).toMatchObject({
    done: 0,
    unsent: [],
    unanswered: [{ at: 0, throttled: true, reason: expect.stringContaining('burnt your quota of Tuesday') }],
  });
});

test('answers of lost chunks count as spent when the chunks are asked about again', async () => {
  const { provider, stats } = await serve({}, { prices: { 'gpt-4o-mini': { prompt: 1, completion: 1 } } });
  const options = optionsOf();
  const { open } = await findOpenChunks(CHUNKS, options, { store, countTokens: () => 100, run: 'one' });
  const leased = (recovering: boolean) => ({
    chunks: open.map((chunk, at) => ({ ...chunk, at })),
    lease: { lease: 'one', requests: 10, spreadMs: 0 },
    calibration: 1,
    recovering,
  });
  const lost = await askChunks(leased(false), { options, store, provider });
  const again = await askChunks(leased(true), { options, store, provider });
  expect(again).toMatchObject({ spending: { answers: 10 }, done: 10, report: { requests: 0 } });
  expect(again.spending.cost).toBeCloseTo(lost.spending.cost ?? 0, 12);
  expect(stats.chats).toBe(10);
});

test('without a provider, a recorded answer without a question quarantines its chunk and does not fail the run', async () => {
  const { provider } = await serve({
    inject: ({ text }) => (text.includes('PUMP-7') ? { do: 'say', text: 'Nothing.' } : undefined),
  });
  await askAll(CHUNKS, optionsOf(), { store, provider });
  const lines = (await exportLedger(store)).trim().split('\n');
  const isSecondTry = (line: string) => JSON.parse(line).chunkId === CHUNKS[0]?.id && !line.includes('Nothing.');
  expect(lines.filter(isSecondTry)).toHaveLength(1);
  const elsewhere = await openFilesystemStore(temporary.folder.join('elsewhere'));
  const firstTries = lines.filter((line) => !isSecondTry(line)).join('\n');
  const recording = await importRecording(Buffer.from(firstTries), elsewhere);
  const replayed = await askAll(CHUNKS, optionsOf({ maxFailedShare: 0.1 }), { store: elsewhere, recording });
  expect(replayed.quarantined).toHaveLength(1);
  expect(replayed.questions).toHaveLength(18);
});

test('chunks are asked about in an order unrelated to their documents, so that a budget samples all of them', async () => {
  const of = (path: string) =>
    Array.from({ length: 100 }, (_, n) => ({ ...chunkOf(`${path}: section ${n} is about something.`), path }));
  const openTo = async (run: string) => {
    const found = await findOpenChunks([...of('a.md'), ...of('b.md')], optionsOf(), {
      store,
      countTokens: () => 10,
      run,
    });
    return found.open.map(({ chunk }) => chunk);
  };
  const open = await openTo('one');
  const first = open.slice(0, 50).filter(({ path }) => path === 'a.md').length;
  expect(first).toBeGreaterThan(15);
  expect(first).toBeLessThan(35);
  expect(await openTo('one')).toEqual(open);

  const others = (await openTo('two')).slice(0, 50);
  const inBoth = open.slice(0, 50).filter(({ id }) => others.some((other) => other.id === id)).length;
  expect(inBoth).toBeLessThan(25);
});
