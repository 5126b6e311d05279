import { z } from 'zod';
import type { ChatReply } from './chat.ts';

/*
 * What asking has spent. Who adds it up: an activity over its answers, an asking workflow over its activities, and the
 * run over its asking workflows (`RunSpending` in workflows/questions/spending.ts). The ledger records answers; what a
 * run has spent is never read from there, as an answer of the ledger may have been paid for by another run.
 */

export const Spending = z.object({
  /** Answers paid for. */
  answers: z.number().int(),
  /** Those among them that came through the Batch API, at half the price. */
  batchApiAnswers: z.number().int(),
  /** Those among them whose tokens Hone has counted, as the endpoint does not state them; absent: none. */
  countedAnswers: z.number().int().optional(),
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
  /** US dollars by the profile's prices; absent where it names none for the model. */
  cost: z.number().optional(),
  /** Seconds of asking, waits included. Counted by the asking workflow; 0 below it. */
  seconds: z.number(),
});
export type Spending = z.infer<typeof Spending>;

export const NO_SPENDING: Readonly<Spending> = {
  answers: 0,
  batchApiAnswers: 0,
  promptTokens: 0,
  completionTokens: 0,
  cost: 0,
  seconds: 0,
};

/** What one answer cost. */
export function spendingOf({ usage, cost }: Pick<ChatReply, 'usage' | 'cost'>, { batchApi = false } = {}): Spending {
  const { counted, ...tokens } = usage;
  return {
    answers: 1,
    batchApiAnswers: batchApi ? 1 : 0,
    ...(counted && { countedAnswers: 1 }),
    ...tokens,
    cost,
    seconds: 0,
  };
}

/** The sum; it has a cost only if both parts have one. */
export function addSpending(a: Spending, b: Spending): Spending {
  const countedAnswers = (a.countedAnswers ?? 0) + (b.countedAnswers ?? 0);
  return {
    answers: a.answers + b.answers,
    batchApiAnswers: a.batchApiAnswers + b.batchApiAnswers,
    ...(countedAnswers > 0 && { countedAnswers }),
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    cost: a.cost === undefined || b.cost === undefined ? undefined : a.cost + b.cost,
    seconds: a.seconds + b.seconds,
  };
}

/** US dollars left of a budget; infinite without one. Planning refuses a budget where answers have no price. */
export function remainingBudget(budget: number | undefined, { cost = 0 }: Spending): number {
  return budget === undefined ? Number.POSITIVE_INFINITY : budget - cost;
}
