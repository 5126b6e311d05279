import { CancellationScope, getExternalWorkflowHandle, setHandler, workflowInfo } from '@temporalio/workflow';
import { addSpending, NO_SPENDING, type Spending } from '../../core/contracts/spending.ts';
import { spendingReported } from '../messages.ts';

/**
 * What a run has spent on questions, over all child workflows that asked for it. It is kept while the run is paused,
 * and while children are cancelled and started again: the budget does not start again.
 */
export class RunSpending {
  #total: Spending = NO_SPENDING;

  constructor() {
    setHandler(spendingReported, (spending) => {
      this.#total = addSpending(this.#total, spending);
    });
  }

  get total(): Spending {
    return this.#total;
  }
}

/**
 * Reports what this child workflow has spent to the run that started it. Called once, however the asking ended, and not
 * when continuing as new. Resolves when the server has recorded the report, so that the run has it before the child
 * ends.
 */
export async function reportSpending(spending: Spending): Promise<void> {
  const { parent } = workflowInfo();
  if (!parent) return;
  const run = getExternalWorkflowHandle(parent.workflowId, parent.runId);
  // A run that has ended meanwhile does not need the report.
  await CancellationScope.nonCancellable(() => run.signal(spendingReported, spending).catch(() => {}));
}
