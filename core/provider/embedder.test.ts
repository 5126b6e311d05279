import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ProviderOptions, type RunningProvider, startProvider } from '../../tests/provider/start-provider.ts';
import { openFilesystemStore } from '../artifacts/filesystem.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Profile } from '../contracts/profile.ts';
import { openProvider } from './open-provider.ts';

let folder: string;
let store: ArtifactStore;
const running: RunningProvider[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-embedder-'));
  store = await openFilesystemStore(folder);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function serve(options: ProviderOptions = {}) {
  const server = await startProvider(options);
  running.push(server);
  const profile = Profile.parse({ apiKey: 'test', baseURL: server.url });
  const open = (model = 'text-embedding-3-small') =>
    openProvider('default', profile, { firstBackoffMs: 2 }).embedder(model, { store });
  return { ...server, open };
}

const TEXTS = ['the pump lifts water', 'water is lifted by the pump', 'invoices are paid in June'];
const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);

test('rows have length 1, stand in the order of the texts, and mean something', async () => {
  const { open } = await serve({ dimension: 64 });
  const embedder = await open();
  expect(embedder.dimension).toBe(64);
  const rows = await embedder.embed(TEXTS);
  for (const row of rows) expect(dot(row, row)).toBeCloseTo(1, 5);
  const [pump, again, invoices] = rows as [Float32Array, Float32Array, Float32Array];
  expect(dot(pump, again)).toBeGreaterThan(dot(pump, invoices) + 0.2);
});

test('no text is paid for twice: not within a call, not in the next process', async () => {
  const { open, stats } = await serve();
  const before = await (await open()).embed([...TEXTS, ...TEXTS]);
  expect(stats.embeddedTexts).toBe(TEXTS.length + 1);
  const after = await (await open()).embed(TEXTS);
  expect(stats.embeddedTexts).toBe(TEXTS.length + 1);
  expect(after).toEqual(before.slice(0, TEXTS.length));
  await (await open('text-embedding-3-large')).embed(TEXTS);
  expect(stats.embeddedTexts).toBe(2 * (TEXTS.length + 1));
});

test('what was embedded before a failure is kept', async () => {
  let broken = true;
  const texts = Array.from({ length: 200 }, (_, index) => `text number ${index}`);
  const { open, stats } = await serve({
    inject: ({ text }) => (broken && text.includes('text number 150') ? { do: 'status', status: 401 } : undefined),
  });
  const embedder = await open();
  await expect(embedder.embed(texts)).rejects.toMatchObject({ kind: 'credentials' });
  broken = false;
  expect(await embedder.embed(texts)).toHaveLength(200);
  expect(stats.embeddedTexts).toBe(201);
});

test('batches shrink to what the endpoint takes, and every text is counted once', async () => {
  const { open, stats } = await serve({ batchInputs: 10 });
  const done: number[] = [];
  const texts = Array.from({ length: 50 }, (_, index) => `text number ${index}`);
  expect(await (await open()).embed(texts, { onProgress: (count) => done.push(count) })).toHaveLength(50);
  expect(stats.embeddedTexts).toBe(51);
  expect(done.at(-1)).toBe(50);
});

test('an empty text has a row too', async () => {
  const { open } = await serve();
  expect(await (await open()).embed([''])).toHaveLength(1);
});

test.each([
  '{"data":[]}',
  '{"data":[{"embedding":[]}]}',
  '{"data":[{"embedding":[0,0]}]}',
  '{"data":[{"embedding":["a"]}]}',
  '{"data":[{"index":4,"embedding":[1]}]}',
])('a response that holds no vector (%s) is asked for again', async (text) => {
  const { open, stats } = await serve({ inject: ({ index }) => (index === 0 ? { do: 'garbage', text } : undefined) });
  expect((await open()).dimension).toBe(256);
  expect(stats.requests).toBe(2);
});
