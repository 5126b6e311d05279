import {
  CancellationScope,
  ContinueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { addSpending, NO_SPENDING, type Spending } from '../../core/contracts/spending.ts';
import { spendingReported } from '../messages.ts';

/**
 * What a run has spent on questions so far, all its asking workflows taken together. A paused and resumed run starts new
 * ones, so the sum is kept here: a budget must not start anew with them.
 */
export class RunSpending {
  #total: Spending | undefined;

  constructor() {
    setHandler(spendingReported, (spending) => this.add(spending));
  }

  /** Undefined while nothing was spent. */
  get total(): Spending | undefined {
    return this.#total;
  }

  add(spending: Spending): void {
    this.#total = addSpending(this.#total ?? NO_SPENDING, spending);
  }
}

/**
 * Hands the spending of an asking workflow to its parent, in the one way there is: `work` returns it as part of its
 * result, and if `work` throws (it was paused or cancelled, or failed), it is sent by a signal before the workflow ends.
 * Continue-as-new hands nothing over: the workflow's input carries its spending to the next history.
 */
export async function reportingSpending<T>(spending: () => Spending, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ContinueAsNew)) await report(spending());
    throw error;
  }
}

async function report(spending: Spending): Promise<void> {
  const { parent } = workflowInfo();
  if (!parent || spending.answers === 0) return;
  const run = getExternalWorkflowHandle(parent.workflowId, parent.runId);
  // It fails only if the run has ended meanwhile, and then nobody needs the sum.
  await CancellationScope.nonCancellable(() => run.signal(spendingReported, spending).catch(() => {}));
}
