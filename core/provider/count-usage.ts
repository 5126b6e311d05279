import type { ChatReply } from '../contracts/chat.ts';
import type { Profile } from '../contracts/profile.ts';
import { openTokenCounter, type TokenCounter } from './count-tokens.ts';
import { costOf } from './usage.ts';

export interface Billing {
  readonly model: string;
  readonly price: Profile['prices'][string] | undefined;
  /** What is paid of the price; default 1. */
  readonly priceShare?: number;
  /** Tokens of the prompt. Called only if the endpoint does not state them. */
  prompt(counter: TokenCounter): number | Promise<number>;
}

/**
 * A reply with the tokens and cost that its endpoint does not state counted by Hone, so that a budget holds with any
 * endpoint. The count is exact for OpenAI's models; thoughts are counted where the endpoint sends them.
 * @param reply with zeros for what the endpoint does not state.
 */
export async function countMissingUsage(
  reply: ChatReply,
  { model, price, priceShare, prompt }: Billing,
): Promise<ChatReply> {
  const { promptTokens, completionTokens } = reply.usage;
  const written = textsIn(reply.body.choices).join('\n');
  if (promptTokens > 0 && (completionTokens > 0 || written === '')) return reply;
  const counter = await openTokenCounter(model);
  const usage = {
    promptTokens: promptTokens || (await prompt(counter)),
    completionTokens: completionTokens || counter.text(written),
    counted: true as const,
  };
  return { ...reply, usage, cost: costOf(usage, price, priceShare) };
}

/** What a model wrote: the strings of its messages, in whatever field. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const { role: _, finish_reason: __, ...written } = value as Record<string, unknown>;
  return Object.values(written).flatMap(textsIn);
}
