import type { Client } from '@temporalio/client';
import { progressQuery } from '../workflows/messages.ts';
import type { RunSource } from './follow.ts';
import { pendingActivities } from './live.ts';
import { stateOf } from './run-summary.ts';

// temporal.api.enums.v1.PendingWorkflowTaskState; the SDK hands the numbers through.
const SCHEDULED = 1;
/** A server that is there answers at once; later than this, the follower had better say something. */
const DESCRIBE_MS = 2_000;
/** A query takes a worker, which may have to replay the run's history first. */
const QUERY_MS = 3_000;

/** A run on a Temporal server, to be followed. */
export function temporalRun(client: Client, server: string, queue: string, workflowId: string): RunSource {
  const handle = client.workflow.getHandle(workflowId);
  return {
    server,
    queue,
    async describe() {
      const description = await client.withDeadline(Date.now() + DESCRIBE_MS, () => handle.describe());
      return {
        state: stateOf(description),
        version: description.historyLength,
        taskWaiting: description.raw.pendingWorkflowTask?.state === SCHEDULED,
        activities: await pendingActivities(description, client.options.loadedDataConverter),
      };
    },
    progress: () => client.withDeadline(Date.now() + QUERY_MS, () => handle.query(progressQuery)),
  };
}
