import type OpenAI from 'openai';
import type { ChatReply, ChatRequest } from '../contracts/chat.ts';
import type { Profile } from '../contracts/profile.ts';
import { costOf, readUsage } from './usage.ts';

/** A request as the endpoint takes it, alone or as a line of a batch. */
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
 * An answer with what it cost.
 * @param share of the usual price.
 * @throws SyntaxError if it is no completion.
 */
export function toReply(json: unknown, price: Profile['prices'][string] | undefined, share = 1): ChatReply {
  if (!Array.isArray((json as { choices?: unknown } | null)?.choices)) throw new SyntaxError('no choices');
  const usage = readUsage(json);
  const cost = costOf(usage, price);
  return { body: json, usage, ...(cost !== undefined && { cost: cost * share }) };
}
