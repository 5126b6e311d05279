import { Context } from '@temporalio/activity';

/** @param searchAttributes What the server has registered, of those that are ours. */
export function createLocalActivities(searchAttributes: readonly string[]) {
  return {
    /** Names of the search attributes that the server has registered. */
    async knownSearchAttributes() {
      return [...searchAttributes];
    },
    /** Asks the server to cancel a run. */
    async requestCancel({ workflowId, runId }: { workflowId: string; runId: string }) {
      await Context.current().client.workflow.getHandle(workflowId, runId).cancel();
    },
  };
}

/** What workflows call on their own worker, as local activities. */
export type LocalActivities = ReturnType<typeof createLocalActivities>;
