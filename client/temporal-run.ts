import type { Client } from '@temporalio/client';
import { progressQuery, stageProgressQuery } from '../workflows/messages.ts';
import type { RunSource } from './follow.ts';
import { LiveProgress, type PendingActivity, pendingActivities } from './live-progress.ts';
import { stateOf } from './run-summary.ts';

// temporal.api.enums.v1.PendingWorkflowTaskState, which the SDK passes on as a number.
const SCHEDULED = 1;
/** A server usually answers at once; after this time the user should be told that it does not. */
const DESCRIBE_MS = 2_000;
/** A query needs a worker, which may have to replay the run's history first. */
const QUERY_MS = 3_000;

/** The source for following a run on a Temporal server. */
export function temporalRun(client: Client, server: string, queue: string, workflowId: string): RunSource {
  const handle = client.workflow.getHandle(workflowId);
  const children = new ChildWorkflows(client);
  return {
    server,
    queue,
    async describe() {
      const description = await client.withDeadline(Date.now() + DESCRIBE_MS, () => handle.describe());
      const childIds = (description.raw.pendingChildren ?? []).flatMap(({ workflowId }) => workflowId ?? []);
      const activities = await pendingActivities(description, client.options.loadedDataConverter);
      return {
        state: stateOf(description),
        version: description.historyLength,
        taskWaiting: description.raw.pendingWorkflowTask?.state === SCHEDULED,
        activities: [...activities, ...(await children.activities(childIds))],
        childProgress: children.progress(childIds),
      };
    },
    progress: () => client.withDeadline(Date.now() + QUERY_MS, () => handle.query(progressQuery)),
  };
}

/** The child workflows that execute stages of a run: their activities and their progress. */
class ChildWorkflows {
  readonly #client: Client;
  /** Child workflow id -> its last known progress. */
  readonly #latest = new Map<string, LiveProgress>();
  /** Ids of the children with an open query. */
  readonly #querying = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  async activities(ids: readonly string[]): Promise<PendingActivity[]> {
    const activitiesOf = async (id: string) => {
      const describe = () => this.#client.workflow.getHandle(id).describe();
      const description = await this.#client.withDeadline(Date.now() + DESCRIBE_MS, describe);
      return pendingActivities(description, this.#client.options.loadedDataConverter);
    };
    // A child that has ended in the meantime has no activities.
    return (await Promise.all(ids.map((id) => activitiesOf(id).catch(() => [])))).flat();
  }

  /** The last known progress. It is updated in the background, because a query waits for a worker. */
  progress(ids: readonly string[]): LiveProgress[] {
    for (const id of ids) if (!this.#querying.has(id)) void this.#query(id);
    return ids.flatMap((id) => this.#latest.get(id) ?? []);
  }

  async #query(id: string): Promise<void> {
    this.#querying.add(id);
    try {
      const query = () => this.#client.workflow.getHandle(id).query(stageProgressQuery);
      this.#latest.set(id, LiveProgress.parse(await this.#client.withDeadline(Date.now() + QUERY_MS, query)));
    } catch {
      // No worker answers, or one of another version; the last known progress stays.
    } finally {
      this.#querying.delete(id);
    }
  }
}
