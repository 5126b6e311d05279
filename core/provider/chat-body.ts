import type { ChatCompletion, ChatReply, ChatRequest } from '../contracts/chat.ts';
import type { Profile } from '../contracts/profile.ts';
import { costOf, readUsage } from './usage.ts';

/**
 * The fields of a chat request as OpenAI names them.
 * @param structured whether the schema is sent with it.
 */
export function chatBody(
  { model, messages, temperature, schema }: ChatRequest,
  structured: boolean,
): Record<string, unknown> {
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    ...(temperature !== undefined && { temperature }),
    ...(schema && structured && { response_format: { type: 'json_schema', json_schema: { ...schema, strict: true } } }),
  };
}

/**
 * A completion with its usage and cost.
 * @param priceShare what is paid of the usual price; default 1.
 * @throws SyntaxError if it is not a completion.
 */
export function toReply(json: unknown, price: Profile['prices'][string] | undefined, priceShare = 1): ChatReply {
  if (!isCompletion(json)) throw new SyntaxError('answered without any choices');
  const usage = readUsage(json);
  return { body: json, usage, cost: costOf(usage, price, priceShare) };
}

function isCompletion(json: unknown): json is ChatCompletion {
  const choices = (json as { choices?: unknown } | null)?.choices;
  return Array.isArray(choices) && choices.length > 0;
}
