import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { BATCH_API_PRICE_SHARE } from '../../contracts/batch-api.ts';
import { addSpending, NO_SPENDING, type Spending, spendingOf } from '../../contracts/spending.ts';
import { type LedgerEntry, repeatedAnswers } from './ledger.ts';

/** What a run has paid for, counted over the answers in the ledger: the same however often it is counted. */
export class Bill {
  readonly #run: string | undefined;
  #spending: Spending = NO_SPENDING;
  #found = 0;
  #own = 0;
  #maxCost = 0;

  /** @param run the run whose payments count; see `LedgerEntry.paid`. */
  constructor(run: string | undefined) {
    this.#run = run;
  }

  /** Adds an answer that the ledger holds, whoever paid for it. Each is to be added once. */
  add(entry: LedgerEntry): void {
    this.#found++;
    this.#maxCost = Math.max(this.#maxCost, livePrice(entry));
    if (!isPaidBy(entry, this.#run)) return;
    this.#own++;
    this.#spending = addSpending(this.#spending, spendingOfEntry(entry));
  }

  /** Adds the answers that the run paid for and that the ledger had from elsewhere. */
  async addRepeated(store: ArtifactStore): Promise<void> {
    if (this.#run === undefined) return;
    for (const entry of await repeatedAnswers(store, this.#run)) {
      this.#spending = addSpending(this.#spending, spendingOfEntry(entry));
    }
  }

  get spending(): Spending {
    return this.#spending;
  }

  /** Answers added, whoever paid for them. */
  get found(): number {
    return this.#found;
  }

  /** Those among them that others paid for. */
  get replayed(): number {
    return this.#found - this.#own;
  }

  /** US dollars that the most expensive of them would cost if it were asked for one by one; 0: not known. */
  get maxCost(): number {
    return this.#maxCost;
  }
}

export function isPaidBy({ paid }: LedgerEntry, run: string | undefined): boolean {
  return paid?.run === run;
}

export function spendingOfEntry(entry: LedgerEntry): Spending {
  return spendingOf(entry, { batchApi: entry.paid?.batchApi ?? false });
}

function livePrice({ cost = 0, paid }: LedgerEntry): number {
  return paid?.batchApi ? cost / BATCH_API_PRICE_SHARE : cost;
}
