import { afterEach, expect, test } from 'vitest';
import { type ProviderOptions, type RunningProvider, startProvider } from '../../tests/provider/start-provider.ts';
import { temporaryStore } from '../artifacts/temporary-store.fixture.ts';
import { Profile } from '../contracts/profile.ts';
import { openProvider } from './open-provider.ts';

const temporary = temporaryStore();
const running: RunningProvider[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function serve(options: ProviderOptions = {}) {
  const server = await startProvider(options);
  running.push(server);
  const profile = Profile.parse({ apiKey: 'test', baseURL: server.url });
  const open = (model = 'text-embedding-3-small') =>
    openProvider('default', profile, { firstBackoffMs: 2 }).embedder(model, { store: temporary.store });
  return { ...server, open };
}

const TEXTS = ['the pump lifts water', 'water is lifted by the pump', 'invoices are paid in June'];
const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);

test('embeddings have length 1, are in the order of the texts, and reflect their meaning', async () => {
  const { open } = await serve({ dimension: 64 });
  const embedder = await open();
  expect(embedder.dimension).toBe(64);
  const embeddings = await embedder.embed(TEXTS);
  for (const embedding of embeddings) expect(dot(embedding, embedding)).toBeCloseTo(1, 5);
  const [pump, again, invoices] = embeddings as [Float32Array, Float32Array, Float32Array];
  expect(dot(pump, again)).toBeGreaterThan(dot(pump, invoices) + 0.2);
});

test('no text is paid for twice, neither within a call nor in the next process', async () => {
  const { open, stats } = await serve();
  const before = await (await open()).embed([...TEXTS, ...TEXTS]);
  expect(stats.embeddedTexts).toBe(TEXTS.length + 1);
  const after = await (await open()).embed(TEXTS);
  expect(stats.embeddedTexts).toBe(TEXTS.length + 1);
  expect(after).toEqual(before.slice(0, TEXTS.length));
  await (await open('text-embedding-3-large')).embed(TEXTS);
  expect(stats.embeddedTexts).toBe(2 * (TEXTS.length + 1));
});

test('embeddings from before a failure are kept', async () => {
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

test('requests shrink to what the endpoint accepts, and every text is counted once', async () => {
  const { open, stats } = await serve({ batchInputs: 10 });
  const done: number[] = [];
  const texts = Array.from({ length: 50 }, (_, index) => `text number ${index}`);
  expect(await (await open()).embed(texts, { onProgress: (count) => done.push(count) })).toHaveLength(50);
  expect(stats.embeddedTexts).toBe(51);
  expect(done.at(-1)).toBe(50);
});

test('an empty text has an embedding too', async () => {
  const { open } = await serve();
  expect(await (await open()).embed([''])).toHaveLength(1);
});

test.each([
  '{"data":[]}',
  '{"data":[{"embedding":[]}]}',
  '{"data":[{"embedding":[0,0]}]}',
  '{"data":[{"embedding":["a"]}]}',
  '{"data":[{"index":4,"embedding":[1]}]}',
])('a response without a valid vector (%s) is retried', async (text) => {
  const { open, stats } = await serve({ inject: ({ index }) => (index === 0 ? { do: 'garbage', text } : undefined) });
  expect((await open()).dimension).toBe(256);
  expect(stats.requests).toBe(2);
});
