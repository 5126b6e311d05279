import type OpenAI from 'openai';
import type { ChatRequest } from '../contracts/chat.ts';
import type { Profile } from '../contracts/profile.ts';
import { type ChatOutcome, type Provider, RequestRefused } from '../contracts/provider.ts';
import { openBatchApi } from './batch-api.ts';
import { chatBody, toReply } from './chat-body.ts';
import { countChatTokens } from './count-tokens.ts';
import { openEmbedder } from './embedder.ts';
import { Endpoint, type EndpointTimes } from './endpoint.ts';

export type { Provider } from '../contracts/provider.ts';

/** Estimated tokens of an answer, for the rate limit. */
const ANSWER_TOKENS = 150;

/** Messages by which endpoints refuse structured output. */
const NO_SCHEMA = /response_format|json_schema|structured output|guided|grammar/i;

/**
 * Opens a profile's endpoint; nothing is sent yet.
 * @param times overrides, in milliseconds: longest wait that is slept (default 20 s), first backoff (0.5 s), time-out of a
 *   request (300 s), grace of a request in flight after an abort (5 s).
 */
export function openProvider(name: string, profile: Profile, times: Partial<EndpointTimes> = {}): Provider {
  const endpoint = new Endpoint(name, profile, times);
  /** Models that refused structured output. */
  const withoutSchema = new Set<string>();

  /** How a request is sent and its answer read. */
  function exchange(request: ChatRequest, structured: boolean) {
    const body = chatBody(request, structured);
    const send = (client: OpenAI, options: { signal: AbortSignal }) =>
      client.chat.completions.create(body, options).asResponse();
    const read = (json: unknown) => {
      const value = toReply(json, profile.prices[request.model]);
      return { value, tokens: value.usage.promptTokens + value.usage.completionTokens };
    };
    return { send, read };
  }

  /** Sends a request with its schema, and once more without where the endpoint refuses structured output. */
  async function withSchema<T>(request: ChatRequest, send: (structured: boolean) => Promise<T>): Promise<T> {
    const structured = request.schema !== undefined && !withoutSchema.has(request.model);
    try {
      return await send(structured);
    } catch (error) {
      const refusesSchema =
        error instanceof RequestRefused && error.reason === 'rejected' && NO_SCHEMA.test(error.message);
      if (!structured || !refusesSchema) throw error;
      withoutSchema.add(request.model);
      return send(false);
    }
  }

  return {
    name,
    concurrency: profile.concurrency,

    chat: (request, signal) =>
      withSchema(request, async (structured) => {
        const { model, messages } = request;
        const { send, read } = exchange(request, structured);
        const estimate = (await countChatTokens(model, messages)) + ANSWER_TOKENS;
        const readCounted = (json: unknown) => {
          const { value, tokens } = read(json);
          return { value, tokens: tokens || estimate };
        };
        return endpoint.request(model, estimate, send, readCounted, signal);
      }),

    attempt: (request, options) =>
      withSchema(request, async (structured): Promise<ChatOutcome> => {
        const { send, read } = exchange(request, structured);
        const outcome = await endpoint.attempt(request.model, send, read, options);
        if (!('value' in outcome)) return outcome;
        const { value: reply, headers } = outcome;
        return { reply, ...(headers && { headers }) };
      }),

    embedder: (model, options = {}) => openEmbedder(endpoint, model, options),
    batchApi: openBatchApi(endpoint, profile),
  };
}
