import type OpenAI from 'openai';
import type { ChatReply, ChatRequest } from '../contracts/chat.ts';
import type { Profile } from '../contracts/profile.ts';
import { costOf, readUsage } from './usage.ts';

/**
 * The body of a chat request, sent by itself or as a line of a Batch API job.
 * @param structured whether the schema is sent with it.
 */
export function chatBody(
  { model, messages, temperature, schema }: ChatRequest,
  structured: boolean,
): OpenAI.ChatCompletionCreateParamsNonStreaming {
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    ...(temperature !== undefined && { temperature }),
    ...(schema &&
      structured && { response_format: { type: 'json_schema' as const, json_schema: { ...schema, strict: true } } }),
  };
}

/**
 * A completion with its usage and cost.
 * @param priceShare what is paid of the usual price; default 1.
 * @throws SyntaxError if it is not a completion.
 */
export function toReply(json: unknown, price: Profile['prices'][string] | undefined, priceShare = 1): ChatReply {
  if (!Array.isArray((json as { choices?: unknown } | null)?.choices)) throw new SyntaxError('no choices');
  const usage = readUsage(json);
  const cost = costOf(usage, price);
  return { body: json, usage, ...(cost !== undefined && { cost: cost * priceShare }) };
}
