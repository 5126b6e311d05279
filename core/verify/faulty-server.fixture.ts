import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach } from 'vitest';
import { type EncoderOptions, openEncoder } from '../encoder/encoder.ts';
import { readModelFolder } from '../encoder/files/model-folder.ts';

/** What a request asked for. */
export interface Asked {
  readonly texts: readonly string[];
  /** `prompt_name` or `input_type`. */
  readonly kind: string | undefined;
}

export interface FaultyServerOptions extends EncoderOptions {
  /** Folder of the model that is served. */
  readonly folder: string;
  readonly api?: 'openai' | 'tei' | 'ollama' | undefined;
  /** What is embedded instead of the texts of a request. Default: the texts. */
  readonly rewrite?: (asked: Asked) => readonly string[];
  /** What is sent instead of the vectors. Default: the vectors. */
  readonly distort?: (vectors: Float32Array[], asked: Asked) => ArrayLike<number>[];
  /** What is sent instead of the entries of `data`. */
  readonly data?: (entries: { index: number; embedding: unknown }[]) => unknown;
  /** Answers a request in place of the server and returns true, or returns false. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse, asked: Asked) => boolean;
  /** Tokens that are stated. Default: none. */
  readonly tokens?: (texts: readonly string[]) => number;
}

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((close) => close()));
});

/**
 * Serves embeddings of a model folder by HTTP, computed by Hone's encoder, with a fault; ends with the test. It adds no
 * prompts.
 * @returns address without the path of the API.
 */
export async function serveModel(options: FaultyServerOptions): Promise<string> {
  const { folder, api = 'openai', rewrite, distort, data, intercept, tokens, ...encoderOptions } = options;
  const encoder = await openEncoder(folder, {
    threads: 1,
    ...encoderOptions,
    prompts: { query: '', passage: '' },
  });
  const maxLength = encoderOptions.maxLength ?? (await readModelFolder(folder)).maxTokens;
  const path = { openai: '/v1/embeddings', tei: '/embed', ollama: '/api/embed' }[api];
  const facts: Record<string, object> = {
    openai: { '/v1/models': { data: [{ id: 'served', owned_by: 'vllm', max_model_len: maxLength }] } },
    tei: { '/info': { model_id: 'served', model_dtype: 'float32', version: '1.8.2', max_input_length: maxLength } },
    ollama: { '/api/version': { version: '0.12.3' }, '/api/tags': { models: [{ name: 'served:latest' }] } },
  }[api];
  const server = createServer(async (request, response) => {
    const send = (body: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.method === 'GET')
      return send(facts[request.url ?? ''] ?? {}, request.url && facts[request.url] ? 200 : 404);
    const body = (await json(request)) as Record<string, unknown>;
    const texts = [body.input ?? body.inputs].flat() as string[];
    const asked: Asked = { texts, kind: (body.prompt_name ?? body.input_type) as string | undefined };
    if (intercept?.(request, response, asked)) return;
    if (request.url !== path) return send({ error: 'not found' }, 404);
    const embeddings = await encoder.embed(rewrite?.(asked) ?? texts, { as: 'passage' });
    const vectors = (distort?.(embeddings, asked) ?? embeddings).map((vector) => Array.from(vector));
    const count = tokens?.(texts);
    if (api === 'tei') return send(vectors);
    if (api === 'ollama') return send({ embeddings: vectors, ...(count && { prompt_eval_count: count }) });
    const entries = vectors.map((embedding, index) => ({ index, embedding }));
    send({ data: data?.(entries) ?? entries, ...(count && { usage: { prompt_tokens: count } }) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
