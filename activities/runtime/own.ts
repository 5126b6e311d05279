import { Context } from '@temporalio/activity';
import type { OwnActivities } from '../../core/contracts/activities.ts';

/** @param searchAttributes What the server has registered, of those that are ours. */
export function createOwnActivities(searchAttributes: readonly string[]): OwnActivities {
  return {
    async knownSearchAttributes() {
      return [...searchAttributes];
    },
    async requestCancel({ workflowId, runId }) {
      await Context.current().client.workflow.getHandle(workflowId, runId).cancel();
    },
  };
}
