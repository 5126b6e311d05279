import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { type EmbeddingServerOptions, openEmbeddingServer } from './embedding-server.ts';
import { faultOf } from './serve.fixture.ts';

const running: (() => void)[] = [];
afterEach(() => {
  for (const close of running.splice(0)) close();
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>) => void;

/** Starts a server, which ends with the test. */
async function serve(answers: Record<string, Answer | object>): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const body = request.method === 'POST' ? ((await json(request)) as Record<string, unknown>) : {};
    const answer = answers[request.url ?? ''];
    if (typeof answer === 'function') return answer(request, response, body);
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'Not Found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const open = (url: string, options: Partial<EmbeddingServerOptions> = {}) =>
  openEmbeddingServer({ url, times: { firstBackoffMs: 1 }, ...options });

const vectors: Answer = (_request, response, { input, inputs }) => {
  const data = [input ?? inputs].flat().map((_, index) => ({ index, embedding: [index, 1] }));
  response.end(JSON.stringify(inputs ? data.map(({ embedding }) => embedding) : { data }));
};

it('finds out which server it is by asking it', async () => {
  const tei = await serve({ '/info': { model_id: 'm', model_dtype: 'float16', version: '1.8' }, '/embed': vectors });
  expect(await open(tei.url)).toMatchObject({
    api: 'tei',
    software: 'Text Embeddings Inference 1.8',
    says: ['model m', 'dtype float16'],
  });
  const ollama = await serve({ '/api/version': { version: '0.12' }, '/api/tags': { models: [{ name: 'm:latest' }] } });
  expect(await open(ollama.url)).toMatchObject({ api: 'ollama', software: 'Ollama 0.12', model: 'm:latest' });
  const vllm = await serve({ '/v1/models': { data: [{ id: 'm', owned_by: 'vllm', max_model_len: 512 }] } });
  expect(await open(vllm.url)).toMatchObject({
    api: 'openai',
    software: 'vLLM',
    model: 'm',
    says: ['max_model_len 512'],
  });
});

it.each(['', '/', '/v1', '/v1/', '/v1/embeddings', '/openai/v1'])(
  'takes an address that ends in “%s”',
  async (path) => {
    const { url } = await serve({ '/v1/embeddings': vectors, '/openai/v1/embeddings': vectors });
    const server = await open(url + path);
    expect(server.api).toBe('openai');
    expect((await server.embed(['a', 'b'])).vectors).toEqual([Float32Array.of(0, 1), Float32Array.of(1, 1)]);
  },
);

it('takes the paths of other APIs, and an address without a scheme', async () => {
  const { url } = await serve({ '/proxy/embed': vectors });
  expect((await (await open(`${url}/proxy/embed`)).embed(['a'])).vectors).toHaveLength(1);
  expect((await (await open(`${url.slice(7)}/proxy`, { api: 'tei' })).embed(['a'])).vectors).toHaveLength(1);
  await expect(open('ftp://host')).rejects.toMatchObject({ kind: 'input' });
});

it('asks for the name of the model if the server has several', async () => {
  const { url } = await serve({ '/v1/models': { data: [{ id: 'one' }, { id: 'two' }] }, '/v1/embeddings': vectors });
  const fault = await faultOf(open(url));
  expect(fault).toMatchObject({ kind: 'input', advice: expect.stringContaining('--request-model') });
  expect(fault.message).toContain('one, two');
  expect((await open(url, { model: 'two' })).model).toBe('two');
  expect((await open(url, { likelyModels: ['three', 'two'] })).model).toBe('two');
});

it('divides texts into requests as small as the server takes them', async () => {
  const sizes: number[] = [];
  const { url } = await serve({
    '/embed': (request, response, body) => {
      sizes.push((body.inputs as string[]).length);
      if ((body.inputs as string[]).length <= 4) return vectors(request, response, body);
      response.writeHead(422).end('{"error":"batch size 32 > maximum allowed batch size 4","error_type":"Validation"}');
    },
  });
  const texts = Array.from({ length: 40 }, (_, i) => `text ${i}`);
  const done: number[] = [];
  const { vectors: served } = await (await open(url, { api: 'tei' })).embed(texts, { onProgress: (n) => done.push(n) });
  expect(served).toHaveLength(40);
  expect(sizes.slice(0, 5)).toEqual([32, 16, 8, 4, 4]);
  expect(done.at(-1)).toBe(40);
});

it('does without encoding_format where a server refuses it', async () => {
  const { url } = await serve({
    '/v1/embeddings': (request, response, body) => {
      if (!('encoding_format' in body)) return vectors(request, response, body);
      response.writeHead(400).end('{"error":{"message":"Unknown field encoding_format"}}');
    },
  });
  expect((await (await open(url)).embed(['a'])).vectors).toHaveLength(1);
});

it('sends the key, and never shows it', async () => {
  const key = 'sk-secret-0123456789';
  const { url } = await serve({
    '/v1/embeddings': (request, response) => {
      const known = request.headers.authorization === `Bearer ${key}`;
      response.writeHead(known ? 400 : 401).end(JSON.stringify({ error: { message: request.headers.authorization } }));
    },
  });
  const refused = await faultOf((await open(url)).embed(['a']));
  expect(refused).toMatchObject({ kind: 'credentials', advice: expect.stringContaining('OPENAI_API_KEY') });
  const rejected = await faultOf((await open(url, { key })).embed(['a']));
  expect(rejected.message).toContain('[key]');
  expect(rejected.message).not.toContain(key);
});

it.each([
  ['a web page', '<!DOCTYPE html><html><body>hello</body></html>', 'a web page'],
  ['an empty body', '', 'an empty body'],
  ['something else', '{"status":"ok"}', 'something else than one vector a text'],
])('names the path where %s is', async (_what, body, message) => {
  const { url } = await serve({ '/v1/embeddings': (_request, response) => response.end(body) });
  const fault = await faultOf((await open(url)).embed(['a']));
  expect(fault).toMatchObject({ kind: 'config', message: expect.stringContaining(message) });
  expect(fault.advice).toContain('/v1/embeddings');
  expect(fault.advice).toContain('--api');
});

it('names the path where nothing is, and a model that the server does not have', async () => {
  const { url } = await serve({
    '/v1/embeddings': (_request, response) => {
      response.writeHead(404).end('{"error":{"message":"The model `m` does not exist."}}');
    },
  });
  expect((await faultOf((await open(`${url}/nowhere/v1`)).embed(['a']))).advice).toContain('/nowhere/v1/embeddings');
  const missing = await faultOf((await open(url, { model: 'm' })).embed(['a']));
  expect(missing).toMatchObject({ message: expect.stringContaining('no model "m"') });
  expect(missing.advice).toContain('--request-model');
});

it('says that a server cannot be reached', async () => {
  const { url } = await serve({});
  for (const close of running.splice(0)) close();
  const fault = await faultOf((await open(url)).embed(['a']));
  expect(fault).toMatchObject({ kind: 'unavailable', message: expect.stringMatching(/could not be reached/) });
});
