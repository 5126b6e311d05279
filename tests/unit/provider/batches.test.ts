import OpenAI, { toFile } from 'openai';
import { expect, it, onTestFinished } from 'vitest';
import { type ProviderOptions, startProvider } from '../../provider/start-provider.ts';

let now: number;
async function start(options: ProviderOptions = {}) {
  now = 1_700_000_000_000;
  const server = await startProvider({ now: () => now, ...options });
  onTestFinished(() => server.close());
  const client = new OpenAI({ apiKey: 'any', baseURL: server.url, maxRetries: 0 });
  const submit = async (lines: readonly unknown[], metadata = {}) => {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    const file = await client.files.create({ file: await toFile(Buffer.from(text), 'in.jsonl'), purpose: 'batch' });
    return client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
      metadata,
    });
  };
  const linesOf = async (id: string | undefined) =>
    id === undefined
      ? []
      : (await (await client.files.content(id)).text())
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
  return { ...server, client, submit, linesOf };
}

const lineOf = (index: number, more = {}) => ({
  custom_id: `request-${index}`,
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Valve V-${index} is serviced in Harburg.` }] },
  ...more,
});
const LINES = Array.from({ length: 10 }, (_, index) => lineOf(index));

it('takes a batch from validating to completed, with answers at half the price', async () => {
  const times = { validatingMs: 1000, takesMs: 10_000, finalizingMs: 1000 };
  const { client, submit, linesOf, stats } = await start({
    batches: times,
    prices: { 'gpt-4o-mini': { prompt: 2, completion: 2 } },
    inject: ({ text }) => (text.includes('V-3 ') ? { do: 'status', status: 400 } : undefined),
  });
  const batch = await submit(LINES, { run: 'a' });
  const states = [];
  for (const at of [0, 6000, 11_500, 12_000]) {
    now = 1_700_000_000_000 + at;
    const { status, request_counts } = await client.batches.retrieve(batch.id);
    states.push([status, request_counts?.completed, request_counts?.failed]);
  }
  expect(states).toEqual([
    ['validating', 0, 0],
    ['in_progress', 4, 1],
    ['finalizing', 9, 1],
    ['completed', 9, 1],
  ]);
  const ended = await client.batches.retrieve(batch.id);
  const [first] = await linesOf(ended.output_file_id);
  expect(first).toMatchObject({
    custom_id: 'request-0',
    response: { status_code: 200, body: { object: 'chat.completion' } },
    error: null,
  });
  expect(await linesOf(ended.error_file_id)).toMatchObject([
    { custom_id: 'request-3', response: { status_code: 400 } },
  ]);
  expect(stats.chats).toBe(9);
  expect(stats.dollars).toBeCloseTo((stats.promptTokens + stats.completionTokens) / 1e6, 12);
  for await (const listed of client.batches.list({ limit: 1 })) expect(listed.metadata).toEqual({ run: 'a' });
});

it('reports lines that were not answered within the window as expired', async () => {
  const { client, submit, linesOf, stats } = await start({ batches: { takesMs: 100_000, windowMs: 50_000 } });
  const { id } = await submit(LINES);
  now += 60_000;
  const ended = await client.batches.retrieve(id);
  expect(ended.status).toBe('expired');
  expect(await linesOf(ended.output_file_id)).toHaveLength(5);
  const errors = await linesOf(ended.error_file_id);
  expect(errors).toHaveLength(5);
  expect(errors[0]).toMatchObject({ custom_id: 'request-5', response: null, error: { code: 'batch_expired' } });
  expect(stats.chats).toBe(5);
});

it('keeps the answers that a cancelled batch has by then', async () => {
  const { client, submit, linesOf } = await start({ batches: { takesMs: 10_000, cancellingMs: 1000 } });
  const { id } = await submit(LINES);
  now += 3000;
  expect((await client.batches.cancel(id)).status).toBe('cancelling');
  now += 1000;
  const ended = await client.batches.retrieve(id);
  expect(ended.status).toBe('cancelled');
  expect(await linesOf(ended.output_file_id)).toHaveLength(3);
});

it.each<[string, unknown[], string]>([
  ['a repeated custom_id', [lineOf(1), lineOf(1)], 'duplicate_custom_id'],
  ['another endpoint', [lineOf(1, { url: '/v1/embeddings' })], 'invalid_url'],
  ['a line that is not JSON', [lineOf(1), '{'], 'invalid_json_line'],
  ['a line without a body', [lineOf(1, { body: undefined })], 'missing_required_parameter'],
  ['an empty file', [], 'empty_file'],
  ['too many lines', [...LINES, lineOf(10)], 'too_many_tasks'],
])('fails a batch with %s before anything is billed', async (_what, lines, code) => {
  const { client, submit, stats } = await start({ batches: { maxLines: 10 } });
  const { id } = await submit(lines);
  const { status, errors } = await client.batches.retrieve(id);
  expect(status).toBe('failed');
  expect(errors?.data?.map((error) => error.code)).toEqual([code]);
  expect(stats.chats).toBe(0);
});

it('fails a batch beyond the limit of enqueued tokens, until others have ended', async () => {
  const { client, submit } = await start({ batches: { takesMs: 1000, enqueuedTokens: 700 } });
  const [one, two] = [await submit(LINES), await submit(LINES)];
  expect((await client.batches.retrieve(one.id)).status).toBe('in_progress');
  expect((await client.batches.retrieve(two.id)).errors?.data?.[0]?.code).toBe('token_limit_exceeded');
  now += 1000;
  expect((await client.batches.retrieve((await submit(LINES)).id)).status).toBe('in_progress');
});

it('has no Batch API if it is switched off', async () => {
  const { client } = await start({ batches: false });
  await expect(client.batches.list()).rejects.toMatchObject({ status: 404 });
});
