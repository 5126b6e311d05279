import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type AnswerShape, questionsFor, shapeAnswer } from './answer.ts';
import { errorBody, filtered, type Injected, tooLong } from './injected.ts';
import { openaiDuration, RateWindow } from './rate-window.ts';
import { bagVector } from './vectors.ts';
import { countTokens } from './words.ts';

/** One request as it came, before anything was decided about it. */
export interface Incoming {
  path: string;
  /** 0-based, over all endpoints. */
  index: number;
  model: string;
  /** The last user message, or the inputs one below the other. */
  text: string;
  structured: boolean;
}

export interface ProviderOptions {
  /** Default: any free one. */
  port?: number;
  /** The only key that is let in; default: any. */
  apiKey?: string;
  /** Models it has; default: whatever is asked for. */
  models?: readonly string[];
  /** Requests and tokens it grants a window. */
  requestsPerMinute?: number;
  tokensPerMinute?: number;
  /** Length of that "minute", so that tests need not wait for a real one; default 60,000 ms. */
  windowMs?: number;
  /** Time an answer takes; default 0 ms. */
  latencyMs?: number;
  /** Whether it knows `response_format: json_schema`; default yes. */
  structured?: boolean;
  /** Wording of answers that are not structured; default `numbered`. */
  shape?: AnswerShape;
  /** Longest prompt; default: any. */
  contextTokens?: number;
  /** Prompts with this word in them are refused by the content filter. */
  filteredWord?: string;
  /** Most inputs an embeddings request may have; default 2,048. */
  batchInputs?: number;
  /** Default 256. */
  dimension?: number;
  /** What goes wrong with a request, if anything. */
  inject?: (request: Incoming) => Injected | undefined;
}

/** Exact counts of what was asked and billed since the start. */
interface ProviderStats {
  /** Every request that came in. */
  requests: number;
  /** Answers computed and so billed, those that never arrived included. */
  chats: number;
  embeddings: number;
  embeddedTexts: number;
  promptTokens: number;
  completionTokens: number;
  /** Requests refused by its own windows. */
  throttled: number;
  inFlight: number;
  mostInFlight: number;
  /** Last user message of every chat request that was answered. */
  prompts: string[];
}

export interface RunningProvider {
  /** Base URL, ending in `/v1`. */
  url: string;
  stats: ProviderStats;
  close(): Promise<void>;
}

/** A server on loopback that behaves like OpenAI's chat and embeddings endpoints: limits, headers, faults and bill. */
export async function startProvider(options: ProviderOptions = {}): Promise<RunningProvider> {
  const stats: ProviderStats = {
    requests: 0,
    chats: 0,
    embeddings: 0,
    embeddedTexts: 0,
    promptTokens: 0,
    completionTokens: 0,
    throttled: 0,
    inFlight: 0,
    mostInFlight: 0,
    prompts: [],
  };
  const { windowMs = 60_000 } = options;
  const windows = {
    requests: options.requestsPerMinute === undefined ? undefined : new RateWindow(options.requestsPerMinute, windowMs),
    tokens: options.tokensPerMinute === undefined ? undefined : new RateWindow(options.tokensPerMinute, windowMs),
  };

  const server = createServer(async (request, response) => {
    stats.requests++;
    stats.inFlight++;
    stats.mostInFlight = Math.max(stats.mostInFlight, stats.inFlight);
    response.on('close', () => stats.inFlight--);
    try {
      await handle(request, response, stats.requests - 1);
    } catch (error) {
      response.destroy(error as Error);
    }
  });

  async function handle(request: IncomingMessage, response: ServerResponse, index: number): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const body = await readJson(request);
    if (options.apiKey !== undefined && request.headers.authorization !== `Bearer ${options.apiKey}`) {
      return send(response, 401, errorBody(401, ''));
    }
    if (path === '/v1/models' && request.method === 'GET') {
      const data = (options.models ?? ['test-model']).map((id) => ({ id, object: 'model', owned_by: 'tests' }));
      return send(response, 200, { object: 'list', data });
    }
    if (request.method !== 'POST' || (path !== '/v1/chat/completions' && path !== '/v1/embeddings')) {
      return send(response, 404, '404 page not found');
    }
    const model = String(body.model);
    const inputs = [body.input ?? []].flat().map(String);
    const chat = path === '/v1/chat/completions';
    const messages = chat ? (body.messages as { role: string; content: string }[]) : [];
    const text = chat ? (messages.findLast(({ role }) => role === 'user')?.content ?? '') : inputs.join('\n');
    const tokens = countTokens(chat ? messages.map(({ content }) => content).join('\n') : text);
    const structured = body.response_format?.type === 'json_schema';

    const fault = options.inject?.({ path, index, model, text, structured });
    if (fault?.do === 'reset') return void request.socket.resetAndDestroy();
    if (fault?.do === 'hang') return;
    if (fault?.do === 'status')
      return send(response, fault.status, fault.body ?? errorBody(fault.status, model), fault.headers);
    if (fault?.do === 'garbage') return send(response, 200, fault.text ?? '<html><body>It works!</body></html>');
    if (options.models && !options.models.includes(model)) return send(response, 404, errorBody(404, model));
    if (structured && options.structured === false) {
      const message = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";
      return send(response, 400, {
        error: { message, type: 'invalid_request_error', param: 'response_format', code: null },
      });
    }
    if (options.contextTokens !== undefined && tokens > options.contextTokens) {
      return send(response, 400, tooLong(options.contextTokens, tokens));
    }
    if (options.filteredWord !== undefined && text.includes(options.filteredWord))
      return send(response, 400, filtered());
    if (inputs.length > (options.batchInputs ?? 2048)) {
      const message = `Invalid 'input': at most ${options.batchInputs ?? 2048} inputs are allowed.`;
      return send(response, 400, { error: { message, type: 'invalid_request_error', param: 'input', code: null } });
    }
    const retryMs = throttle(tokens);
    if (retryMs > 0) {
      stats.throttled++;
      const after = { 'retry-after-ms': String(Math.ceil(retryMs)), 'retry-after': String(Math.ceil(retryMs / 1000)) };
      return send(response, 429, errorBody(429, model), { ...limitHeaders(), ...after });
    }

    await pause((options.latencyMs ?? 0) + (fault?.do === 'slow' ? fault.ms : 0));
    const answer = chat ? complete(model, messages, tokens, structured, fault) : embedded(model, inputs, tokens);
    send(response, 200, answer, limitHeaders(), fault?.do === 'truncate');
  }

  function complete(
    model: string,
    messages: readonly { role: string; content: string }[],
    promptTokens: number,
    structured: boolean,
    fault: Injected | undefined,
  ): unknown {
    // A second try repeats the whole conversation; the passage stands in its first message.
    const prompt = messages.find(({ role }) => role === 'user')?.content ?? '';
    const questions = questionsFor(prompt);
    const usual = structured ? JSON.stringify({ questions }) : shapeAnswer(questions, options.shape ?? 'numbered');
    const withheld = fault?.do === 'filter-answer';
    const content = withheld ? '' : fault?.do === 'say' ? fault.text : usual;
    const completionTokens = countTokens(content);
    stats.chats++;
    stats.promptTokens += promptTokens;
    stats.completionTokens += completionTokens;
    stats.prompts.push(messages.findLast(({ role }) => role === 'user')?.content ?? '');
    return {
      id: `chatcmpl-${stats.chats}`,
      object: 'chat.completion',
      created: 1_700_000_000,
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: null },
          finish_reason: withheld ? 'content_filter' : 'stop',
        },
      ],
      usage: {
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
      },
    };
  }

  function embedded(model: string, inputs: readonly string[], tokens: number): unknown {
    stats.embeddings++;
    stats.embeddedTexts += inputs.length;
    stats.promptTokens += tokens;
    const data = inputs.map((input, index) => ({
      object: 'embedding',
      index,
      embedding: bagVector(input, options.dimension ?? 256),
    }));
    return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
  }

  function throttle(tokens: number): number {
    const now = Date.now();
    const requestWait = windows.requests?.take(1, now) ?? 0;
    return Math.max(requestWait, requestWait > 0 ? 0 : (windows.tokens?.take(tokens, now) ?? 0));
  }

  function limitHeaders(): Record<string, string> {
    const now = Date.now();
    const headers: Record<string, string> = {};
    for (const [of, window] of Object.entries(windows)) {
      if (!window) continue;
      headers[`x-ratelimit-limit-${of}`] = String(window.limit);
      headers[`x-ratelimit-remaining-${of}`] = String(window.remaining(now));
      headers[`x-ratelimit-reset-${of}`] = openaiDuration(window.reset(now));
    }
    return headers;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    stats,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a request body is whatever the client sent.
async function readJson(request: IncomingMessage): Promise<Record<string, any>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
  cut = false,
): void {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers });
  if (!cut) return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
