import { Context } from '@temporalio/activity';
import type { LocalActivities } from '../../core/contracts/activities.ts';

/** @param searchAttributes What the server has registered, of those that are ours. */
export function createLocalActivities(searchAttributes: readonly string[]): LocalActivities {
  return {
    async knownSearchAttributes() {
      return [...searchAttributes];
    },
    async requestCancel({ workflowId, runId }) {
      await Context.current().client.workflow.getHandle(workflowId, runId).cancel();
    },
  };
}
