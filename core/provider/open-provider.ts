import type { Profile } from '../contracts/profile.ts';
import { type ChatReply, type ChatRequest, type Provider, RequestRefused } from '../contracts/provider.ts';
import { openEmbedder } from './embedder.ts';
import { Endpoint, type EndpointTimes } from './endpoint.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { costOf, readUsage } from './usage.ts';

export type { Provider } from '../contracts/provider.ts';

/** Tokens an answer is taken to cost before it is known, for the pace. */
const ANSWER_TOKENS = 150;

/** How an endpoint says that it does not know structured output. */
const NO_SCHEMA = /response_format|json_schema|structured output|guided|grammar/i;

/**
 * A profile's endpoint, ready to be asked. Nothing is sent until something is asked.
 * @param times overrides of waits and time-outs in milliseconds: patience with imposed waits (default 20 s), first
 *   backoff (0.5 s), time-out of a request (300 s), grace of a request in flight after an abort (5 s).
 */
export function openProvider(name: string, profile: Profile, times: Partial<EndpointTimes> = {}): Provider {
  const endpoint = new Endpoint(name, profile, times);
  const withoutSchema = new Set<string>();

  async function complete(request: ChatRequest, structured: boolean, signal?: AbortSignal): Promise<ChatReply> {
    const { model, messages, temperature, schema } = request;
    const tokens = ANSWER_TOKENS + messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
    const body = {
      model,
      messages: messages.map(({ role, content }) => ({ role, content })),
      ...(temperature !== undefined && { temperature }),
      ...(schema &&
        structured && { response_format: { type: 'json_schema' as const, json_schema: { ...schema, strict: true } } }),
    };
    return endpoint.request(
      model,
      tokens,
      (client, options) => client.chat.completions.create(body, options).asResponse(),
      (json) => {
        if (!Array.isArray((json as { choices?: unknown } | null)?.choices)) throw new SyntaxError('no choices');
        const usage = readUsage(json);
        const cost = costOf(usage, profile.prices[model]);
        const counted = usage.promptTokens + usage.completionTokens;
        return { value: { body: json, usage, ...(cost !== undefined && { cost }) }, tokens: counted || tokens };
      },
      signal,
    );
  }

  return {
    name,
    concurrency: profile.concurrency,

    async chat(request, signal) {
      const structured = request.schema !== undefined && !withoutSchema.has(request.model);
      try {
        return await complete(request, structured, signal);
      } catch (error) {
        const refusesSchema =
          error instanceof RequestRefused && error.reason === 'rejected' && NO_SCHEMA.test(error.message);
        if (!structured || !refusesSchema) throw error;
        withoutSchema.add(request.model);
        return complete(request, false, signal);
      }
    },

    embedder: (model, options = {}) => openEmbedder(endpoint, model, options),
  };
}
