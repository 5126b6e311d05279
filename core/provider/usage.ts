import type { TokenUsage } from '../contracts/chat.ts';
import type { Profile } from '../contracts/profile.ts';

/** The `usage` of a response; zeros where the endpoint does not state it. */
export function readUsage(body: unknown): TokenUsage {
  const usage = (body as { usage?: Record<string, unknown> } | null)?.usage;
  return { promptTokens: count(usage?.prompt_tokens), completionTokens: count(usage?.completion_tokens) };
}

/**
 * US dollars, at prices per million tokens; undefined without a price.
 * @param share what is paid of the price; default 1.
 */
export function costOf(usage: TokenUsage, price: Profile['prices'][string] | undefined, share = 1): number | undefined {
  if (!price) return undefined;
  return (share * (usage.promptTokens * price.prompt + usage.completionTokens * price.completion)) / 1e6;
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.round(value) : 0;
}
