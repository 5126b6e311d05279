import type { OpenChunks } from '../../core/contracts/asking.ts';
import { addSpending, NO_SPENDING, remainingBudget, type Spending } from '../../core/contracts/spending.ts';

export interface BudgetOptions {
  /** US dollars that the run may spend; undefined: without limit. */
  budget?: number | undefined;
  /** What the run has paid for before, of the same budget; default: nothing. */
  spent?: Spending | undefined;
}

/** What a run may still ask for. */
export class Budget {
  readonly #openChunks: OpenChunks;
  readonly #dollars: number | undefined;
  readonly #before: Spending;

  constructor(openChunks: OpenChunks, { budget, spent = NO_SPENDING }: BudgetOptions) {
    this.#openChunks = openChunks;
    this.#dollars = budget;
    this.#before = spent;
  }

  /** What the run has paid for. @param since what of it since `openChunks` was made. */
  spent(since: Spending): Spending {
    return addSpending(this.#before, since);
  }

  /** The share that is spent, 0 to 1 or more; 0 without a budget. @param since as of `spent`. */
  share(since: Spending): number {
    return this.#dollars === undefined ? 0 : (this.spent(since).cost ?? 0) / this.#dollars;
  }

  /**
   * Requests that the budget allows beside those in flight. Each is reserved at the larger of the estimate and the most
   * expensive answer so far. As neither bounds the answers to come, no more are in flight than have been answered: a
   * single cheap answer does not commit the budget, and what its successors cost is known before it is.
   * @param maxCost US dollars of the most expensive answer since `openChunks` was made.
   */
  requests(since: Spending, maxCost: number, inFlight: number): number {
    if (this.#dollars === undefined) return Number.POSITIVE_INFINITY;
    const { open, cost = 0, maxCost: maxCostBefore = 0, replayed } = this.#openChunks;
    const spent = this.spent(since);
    const each = Math.max(maxCost, maxCostBefore, cost / open);
    const payable = each === 0 ? Number.POSITIVE_INFINITY : Math.floor(remainingBudget(this.#dollars, spent) / each);
    const priced = (maxCostBefore > 0 ? replayed : 0) + spent.answers;
    return Math.min(payable, Math.max(1, priced)) - inFlight;
  }
}
