import { CancellationScope, getExternalWorkflowHandle, setHandler, workflowInfo } from '@temporalio/workflow';
import { askingEnded } from '../messages.ts';

/**
 * How long a run has asked for questions, over all child workflows that asked for it: the one figure of asking that the
 * ledger does not know. It is kept while the run is paused, and while its steps are run again.
 */
export class AskingTime {
  #seconds: number | undefined;

  constructor() {
    setHandler(askingEnded, ({ seconds }) => {
      this.#seconds = (this.#seconds ?? 0) + seconds;
    });
  }

  /** A child workflow that asks is about to start. */
  begin(): void {
    this.#seconds ??= 0;
  }

  /** Waits included; undefined if the run has not asked, and so has paid for nothing. */
  get seconds(): number | undefined {
    return this.#seconds;
  }
}

/**
 * Reports how long this child workflow has asked to the run that started it. Called once, however the asking ended, and
 * not when continuing as new. Resolves when the server has recorded the report, so that the run has it before the child
 * ends.
 */
export async function reportSeconds(seconds: number): Promise<void> {
  const { parent } = workflowInfo();
  if (!parent) return;
  const run = getExternalWorkflowHandle(parent.workflowId, parent.runId);
  // A run that has ended meanwhile does not need the report.
  await CancellationScope.nonCancellable(() => run.signal(askingEnded, { seconds }).catch(() => {}));
}
