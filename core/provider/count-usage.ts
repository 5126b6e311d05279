import type { ChatReply, ChatRequest } from '../contracts/chat.ts';
import type { Profile } from '../contracts/profile.ts';
import { openTokenCounter } from './count-tokens.ts';
import { costOf } from './usage.ts';

/**
 * A reply with the tokens and cost that its endpoint does not state counted by Hone, so that a budget holds with any
 * endpoint. The count is exact for OpenAI's models; thoughts are counted where the endpoint sends them.
 * @param reply with zeros for what the endpoint does not state.
 */
export async function countMissingUsage(
  reply: ChatReply,
  { model, messages }: ChatRequest,
  price: Profile['prices'][string] | undefined,
): Promise<ChatReply> {
  const { promptTokens, completionTokens } = reply.usage;
  const written = textsIn(reply.body.choices).join('\n');
  if (promptTokens > 0 && (completionTokens > 0 || written === '')) return reply;
  const counter = await openTokenCounter(model);
  const usage = {
    promptTokens: promptTokens || counter.chat(messages),
    completionTokens: completionTokens || counter.text(written),
    counted: true as const,
  };
  return { ...reply, usage, cost: costOf(usage, price) };
}

/** What a model wrote: the strings of its messages, in whatever field. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const { role: _, finish_reason: __, ...written } = value as Record<string, unknown>;
  return Object.values(written).flatMap(textsIn);
}
