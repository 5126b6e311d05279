import type { Figures } from './asking.ts';
import type { ChatReply } from './chat.ts';

/** What several askings came to; there is a cost only if all of them had one. */
export function sumOf(...parts: readonly (Figures | undefined)[]): Figures {
  const sum: Figures = { asked: 0, promptTokens: 0, completionTokens: 0, cost: 0 };
  for (const part of parts) {
    if (!part) continue;
    sum.asked += part.asked;
    sum.promptTokens += part.promptTokens;
    sum.completionTokens += part.completionTokens;
    if (part.cost === undefined) delete sum.cost;
    else if (sum.cost !== undefined) sum.cost += part.cost;
  }
  return sum;
}

/** What one answer came to. */
export function paidFor({ usage, cost }: Pick<ChatReply, 'usage' | 'cost'>): Figures {
  return { asked: 1, ...usage, ...(cost !== undefined && { cost }) };
}
