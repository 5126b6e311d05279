import { CancellationScope, patched, workflowInfo } from '@temporalio/workflow';
import type { QuestionsInput } from '../../core/contracts/questions.ts';
import type { Spending } from '../../core/contracts/spending.ts';
import { bill } from '../activity-proxies.ts';
import type { RunProgress } from './run-progress.ts';

/**
 * Does work that pays for questions. If it fails or is cancelled, the run states what it has paid until then, by the
 * ledger; nothing if the ledger cannot be read within a minute.
 */
export async function statingCost<T>(
  run: RunProgress,
  { chunks, options }: QuestionsInput,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (statesCost(run)) {
      const paid = { chunks, options, run: workflowInfo().firstExecutionRunId };
      // The run ends all the same, with its own error.
      const spending = await CancellationScope.nonCancellable(() => bill.spendingFor(paid)).catch(() => undefined);
      if (spending) run.setSpending(spending);
    }
    throw error;
  }
}

/** States what a run has paid for its questions, so that it is known if the run does not end well. */
export function stateCost(run: RunProgress, spending: Spending): void {
  if (statesCost(run)) run.setSpending(spending);
}

function statesCost({ askingTime }: RunProgress): boolean {
  return askingTime.seconds !== undefined && patched('cost-in-memo');
}
