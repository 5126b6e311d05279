import { z } from 'zod';
import type { ChatReply } from './chat.ts';

/*
 * What asking has spent. Invariant: the ledger is the one account. An answer is stored with the run that paid for it
 * before it is used (`LedgerEntry.paid`), and a run's spending is read from there (core/questions/ledger/bill.ts). What
 * activities and workflows add up while they ask is for their own decisions, such as when to end at a budget: it is
 * lost with them, and never the figure that a run reports.
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
  /** Seconds of asking, waits included: counted by the asking workflow, as the ledger does not know them. */
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

/** What a run has paid for: the money and its measure, as `--json` prints it. */
export const Cost = z.object({
  /** US dollars by the profile's prices; absent where it names none for the model. */
  dollars: z.number().optional(),
  /** Requests that were answered, and so billed. */
  requests: z.number().int(),
  promptTokens: z.number().int(),
  completionTokens: z.number().int(),
});
export type Cost = z.infer<typeof Cost>;

/** The cost of a run, from what it has spent; nothing spent costs nothing, whether or not there are prices. */
export function toCost({ answers, promptTokens, completionTokens, cost }: Spending = NO_SPENDING): Cost {
  const dollars = answers === 0 ? 0 : cost;
  return { ...(dollars !== undefined && { dollars }), requests: answers, promptTokens, completionTokens };
}
