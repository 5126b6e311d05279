import { Context } from '@temporalio/activity';

/** @param searchAttributes those of Hone's search attributes that the server has registered. */
export function createLocalActivities(searchAttributes: readonly string[]) {
  return {
    /** Names of Hone's search attributes that the server has registered; answered from memory. */
    async knownSearchAttributes() {
      return [...searchAttributes];
    },
    /** Asks the server to cancel a run. @throws if the server does not answer, or the run has ended. */
    async requestCancel({ workflowId, runId }: { workflowId: string; runId: string }) {
      await Context.current().client.workflow.getHandle(workflowId, runId).cancel();
    },
  };
}

/** Local activities: the worker that runs the workflow executes them within the workflow task. */
export type LocalActivities = ReturnType<typeof createLocalActivities>;
