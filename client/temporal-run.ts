import type { Client } from '@temporalio/client';
import { progressQuery, stageProgressQuery } from '../workflows/messages.ts';
import type { RunSource } from './follow.ts';
import { Heartbeat, type PendingActivity, pendingActivities } from './live.ts';
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
  const children = new Children(client);
  return {
    server,
    queue,
    async describe() {
      const description = await client.withDeadline(Date.now() + DESCRIBE_MS, () => handle.describe());
      const below = (description.raw.pendingChildren ?? []).flatMap(({ workflowId }) => workflowId ?? []);
      const activities = await pendingActivities(description, client.options.loadedDataConverter);
      return {
        state: stateOf(description),
        version: description.historyLength,
        taskWaiting: description.raw.pendingWorkflowTask?.state === SCHEDULED,
        activities: [...activities, ...(await children.activities(below))],
        figures: children.figures(below),
      };
    },
    progress: () => client.withDeadline(Date.now() + QUERY_MS, () => handle.query(progressQuery)),
  };
}

/** The child workflows that do stages of a run: what they are up to, and how far they say they are. */
class Children {
  readonly #client: Client;
  readonly #latest = new Map<string, Heartbeat>();
  readonly #asking = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  async activities(ids: readonly string[]): Promise<PendingActivity[]> {
    const look = async (id: string) => {
      const describe = () => this.#client.workflow.getHandle(id).describe();
      const description = await this.#client.withDeadline(Date.now() + DESCRIBE_MS, describe);
      return pendingActivities(description, this.#client.options.loadedDataConverter);
    };
    // One that has ended since it was named has nothing to tell.
    return (await Promise.all(ids.map((id) => look(id).catch(() => [])))).flat();
  }

  /** As they last said; they are asked again meanwhile, as an answer takes a worker. */
  figures(ids: readonly string[]): Heartbeat[] {
    for (const id of ids) if (!this.#asking.has(id)) void this.#ask(id);
    return ids.flatMap((id) => this.#latest.get(id) ?? []);
  }

  async #ask(id: string): Promise<void> {
    this.#asking.add(id);
    try {
      const query = () => this.#client.workflow.getHandle(id).query(stageProgressQuery);
      this.#latest.set(id, Heartbeat.parse(await this.#client.withDeadline(Date.now() + QUERY_MS, query)));
    } catch {
      // No worker, or one of another version; what was known stands.
    } finally {
      this.#asking.delete(id);
    }
  }
}
