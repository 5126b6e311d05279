import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { BatchLine } from './batch-input.ts';
import { answerBatchApi } from './batch-routes.ts';
import { Batches, type LineOutcome } from './batches.ts';
import { type Call, CHAT, EMBEDDINGS, readCall, refusal } from './call.ts';
import { answer } from './complete.ts';
import { openExactCounter, roughCounter } from './count-tokens.ts';
import { errorBody, filtered, tooLong } from './errors.ts';
import { Files } from './files.ts';
import { parseJson, readBytes, send } from './http.ts';
import type { Injected } from './injected.ts';
import { Limits, retryHeaders } from './limits.ts';
import type { Incoming, ProviderOptions } from './options.ts';
import { Stats } from './stats.ts';

export type { Incoming, ProviderOptions } from './options.ts';

export interface RunningProvider {
  /** Base URL, ending in `/v1`. */
  url: string;
  stats: Stats;
  /** Changes the given rate limits from now on. */
  setLimits: Limits['set'];
  close(): Promise<void>;
}

/** Answers in a batch cost half. */
const BATCH_SHARE = 0.5;

/**
 * Starts a server on 127.0.0.1 that behaves like OpenAI's chat, embeddings, files and batches endpoints: with rate
 * limits, headers, injected faults, and a bill.
 */
export async function startProvider(options: ProviderOptions = {}): Promise<RunningProvider> {
  const { now = Date.now } = options;
  const stats = new Stats(options.prices, options.keptPrompts);
  const counter = options.exactTokens ? await openExactCounter() : roughCounter;
  const limits = new Limits(options, now);
  const files = new Files(now);
  const batches = options.batches === false ? undefined : new Batches(options.batches ?? {}, files, now, answerLine);

  const server = createServer(async (request, response) => {
    stats.requests++;
    stats.inFlight++;
    stats.mostInFlight = Math.max(stats.mostInFlight, stats.inFlight);
    const closed = new Promise((resolve) => response.on('close', resolve));
    try {
      await handle(request, response, stats.requests - 1);
    } catch (error) {
      response.destroy(error as Error);
    }
    // An answer is computed and billed even if the client has disconnected.
    await closed;
    stats.inFlight--;
  });

  async function handle(request: IncomingMessage, response: ServerResponse, index: number): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { method = 'GET', headers } = request;
    const bytes = await readBytes(request);
    if (options.apiKey !== undefined && headers.authorization !== `Bearer ${options.apiKey}`) {
      return send(response, 401, errorBody(401, ''));
    }
    if (url.pathname === '/v1/models' && method === 'GET') {
      const data = (options.models ?? ['test-model']).map((id) => ({ id, object: 'model', owned_by: 'tests' }));
      return send(response, 200, { object: 'list', data });
    }
    const path = url.pathname;
    const isCall = method === 'POST' && (path === CHAT || path === EMBEDDINGS);
    const body = isCall ? parseJson(bytes) : {};
    const call = isCall ? readCall(path, body, counter) : undefined;
    const fault = inject({ method, path, index, body, headers, query: url.searchParams }, call);
    if (fault?.do === 'reset') return void request.socket.resetAndDestroy();
    if (fault?.do === 'hang') return;
    const refused = errorFor(fault, call);
    if (refused) return send(response, refused.status, refused.body, refused.headers);
    if (fault?.do === 'garbage') return send(response, 200, fault.text ?? '<html><body>It works!</body></html>');
    if (fault?.do === 'slow') await pause(fault.ms);
    if (!call) {
      const contentType = headers['content-type'] ?? '';
      const answered = batches && (await answerBatchApi({ method, url, contentType, bytes }, files, batches));
      if (!answered) return send(response, 404, '404 page not found');
      return send(response, answered.status, answered.body, {}, fault?.do === 'truncate');
    }

    const refusedCall = refusal(call, options);
    if (refusedCall) return send(response, refusedCall.status, refusedCall.body);
    const retryMs = limits.admit(call.tokens);
    if (retryMs > 0) {
      stats.throttled++;
      return send(response, 429, errorBody(429, call.model), { ...limits.headers(), ...retryHeaders(retryMs) });
    }
    if (options.latencyMs) await pause(options.latencyMs);
    const answered = answer(call, fault, options, { stats, counter });
    limits.spendTokens(answered.completionTokens);
    send(response, 200, answered.body, limits.headers(), fault?.do === 'truncate');
  }

  function inject(
    request: Pick<Incoming, 'method' | 'path' | 'index' | 'body' | 'headers' | 'query'>,
    call: Call | undefined,
    inBatch = false,
  ): Injected | undefined {
    const earlierRequests = call ? stats.countRequest(call.prompt) : 0;
    const { model = '', text = '', first = '', structured = false, prompt = '' } = call ?? {};
    return options.inject?.({ ...request, model, text, first, structured, prompt, earlierRequests, inBatch });
  }

  function answerLine(line: BatchLine, index: number): LineOutcome {
    const call = readCall(line.url, line.body, counter);
    const { method, url: path, body } = line;
    const fault = inject({ method, path, index, body, headers: {}, query: new URLSearchParams() }, call, true);
    if (fault && ['reset', 'hang', 'garbage', 'truncate'].includes(fault.do)) {
      return { code: 'request_timeout', message: 'The request timed out.' };
    }
    const refused = errorFor(fault, call) ?? refusal(call, options);
    if (refused) return refused;
    return { status: 200, body: answer(call, fault, options, { stats, counter }, BATCH_SHARE).body };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    stats,
    setLimits: (changed) => limits.set(changed),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface ErrorResponse {
  status: number;
  body: unknown;
  headers?: Record<string, string> | undefined;
}

function errorFor(fault: Injected | undefined, call: Call | undefined): ErrorResponse | undefined {
  switch (fault?.do) {
    case 'status': {
      const { status, body = errorBody(status, call?.model ?? ''), headers } = fault;
      return { status, body, headers };
    }
    case 'too-long':
      return { status: 400, body: tooLong(Math.floor((call?.tokens ?? 0) / 2), call?.tokens ?? 0) };
    case 'filter':
      return { status: 400, body: filtered() };
    default:
      return undefined;
  }
}
