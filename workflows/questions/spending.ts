import { CancellationScope, getExternalWorkflowHandle, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Bought, Figures } from '../../core/contracts/asking.ts';
import { sumOf } from '../../core/contracts/figures.ts';
import { spendingReported } from '../messages.ts';

/**
 * What a run has paid for questions so far, over all that asks for it. A child workflow that is stopped by a pause has no
 * result to come back with: it says by a signal, before it ends, what it has bought. So a budget does not begin anew.
 */
export class Purchases {
  #soFar: Bought | undefined;

  constructor() {
    setHandler(spendingReported, (bought) => this.add(bought));
  }

  get soFar(): Bought | undefined {
    return this.#soFar;
  }

  add(bought: Bought): void {
    const { inBatches = 0, seconds = 0 } = this.#soFar ?? {};
    this.#soFar = {
      ...sumOf(this.#soFar, bought),
      inBatches: inBatches + bought.inBatches,
      seconds: seconds + bought.seconds,
    };
  }
}

/** What is left of a budget. */
export function leftOf(budget: number | undefined, spent: Figures | undefined): number | undefined {
  return budget === undefined ? undefined : budget - (spent?.cost ?? 0);
}

/** Tells the run that began this workflow what it has bought, as it is being stopped. */
export async function handBack(bought: Bought): Promise<void> {
  const { parent } = workflowInfo();
  if (!parent || bought.asked === 0) return;
  const run = getExternalWorkflowHandle(parent.workflowId, parent.runId);
  // A run that has ended meanwhile has no use for it.
  await CancellationScope.nonCancellable(() => run.signal(spendingReported, bought).catch(() => {}));
}
