import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../core/contracts/progress.ts';
import { type LiveProgress, type PendingActivity, withLiveProgress } from './live-progress.ts';
import { serviceFault } from './service-fault.ts';

export type RunState = 'running' | 'done' | 'failed' | 'cancelled';

/** State and progress of a run at one moment. */
export interface Followed extends Progress {
  state: RunState;
  /** Why the run does not proceed, if anything: no worker, a server that does not answer, a step that is retried. */
  notice?: string | undefined;
}

/** A run as the Temporal server describes it, which needs no worker. */
export interface Snapshot {
  state: RunState;
  /** Length of the run's history. The same version means the same progress. */
  version: number;
  /** A workflow task is in the task queue and no worker has taken it. */
  taskWaiting: boolean;
  activities: readonly PendingActivity[];
  /** Progress of the stages that child workflows execute. */
  childProgress?: readonly LiveProgress[];
}

/** What `followRun` reads from: a run on a server, or a stub in tests. */
export interface RunSource {
  /** Address of the server, for messages. */
  server: string;
  /** Name of the workflow's task queue, for messages. */
  queue: string;
  describe(): Promise<Snapshot>;
  /** Queries the workflow, which needs a worker. Without one it may reject or take seconds. */
  progress(): Promise<Progress>;
}

export interface FollowOptions {
  /** Ends the iteration without an error. The run is not affected. */
  signal?: AbortSignal;
  /** Milliseconds between two reads. Default: 500. */
  intervalMs?: number;
  /** Milliseconds without an answer of the server after which the iteration throws. Default: 120,000. */
  serverTimeoutMs?: number;
  /** Milliseconds that a task may wait in a task queue before `notice` says that no worker is there. Default: 5,000. */
  workerTimeoutMs?: number;
}

/**
 * Reads a run until it has ended; the last item has its final state.
 * @throws Fault `unavailable` if the server does not answer for `serverTimeoutMs`; `credentials` and `input` at once.
 */
export async function* followRun(
  source: RunSource,
  { signal, intervalMs = 500, serverTimeoutMs = 120_000, workerTimeoutMs = 5_000 }: FollowOptions,
): AsyncGenerator<Followed> {
  let known: Progress = { title: '', model: '', stages: [] };
  let knownVersion = -1;
  let query: Promise<void> | undefined;
  let answeredAt = performance.now();
  const waiting = new WaitingTasks();

  /** Reads the progress at this version, or joins the query that is open. */
  const readProgress = (version: number) => {
    query ??= source
      .progress()
      .then(
        (progress) => {
          known = progress;
          knownVersion = version;
        },
        () => undefined,
      )
      .finally(() => {
        query = undefined;
      });
    return query;
  };

  while (!signal?.aborted) {
    let snapshot: Snapshot;
    try {
      snapshot = await source.describe();
      answeredAt = performance.now();
    } catch (error) {
      const fault = serviceFault(error, source.server);
      if (!fault.retryable || performance.now() - answeredAt > serverTimeoutMs) throw fault;
      yield { ...known, state: 'running', notice: `${fault.message} Trying again.` };
      await pause(intervalMs, signal);
      continue;
    }
    if (snapshot.state !== 'running') {
      if (snapshot.version !== knownVersion) {
        await query;
        await readProgress(snapshot.version);
      }
      yield { ...known, state: snapshot.state };
      return;
    }
    if (snapshot.version !== knownVersion) {
      // Without a worker the query stays open for seconds; descriptions must be yielded in the meantime.
      await Promise.race([readProgress(snapshot.version), pause(intervalMs / 2, signal)]);
    }
    const heartbeats = snapshot.activities.flatMap(({ heartbeat }) => heartbeat ?? []);
    const live = [...heartbeats, ...(snapshot.childProgress ?? [])];
    const notice = waiting.notice(snapshot, source.queue, workerTimeoutMs);
    yield { ...withLiveProgress(known, live), state: 'running', notice };
    // An answer that was late is yielded when it comes, not half a second after it.
    await Promise.race([pause(intervalMs, signal), ...(query ? [query] : [])]);
  }
}

/** Measures how long tasks have been waiting in task queues, by this machine's clock instead of the server's. */
class WaitingTasks {
  /** Activity id, or '' for the workflow task -> when it was first seen waiting. */
  readonly #since = new Map<string, number>();

  /** Why the run does not proceed; undefined if it does. */
  notice({ taskWaiting, activities }: Snapshot, queue: string, workerTimeoutMs: number): string | undefined {
    const waiting = new Set(activities.flatMap(({ id, waiting, attempt }) => (waiting && attempt === 1 ? [id] : [])));
    if (taskWaiting) waiting.add('');
    for (const id of this.#since.keys()) if (!waiting.has(id)) this.#since.delete(id);
    for (const id of waiting) if (!this.#since.has(id)) this.#since.set(id, performance.now());

    const isOverdue = (id: string) =>
      performance.now() - (this.#since.get(id) ?? Number.POSITIVE_INFINITY) >= workerTimeoutMs;
    if (isOverdue('')) return `No worker polls task queue ${queue}.`;
    // The server lists activities in any order, and the notice must not change with it.
    const sorted = activities.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
    const failed = sorted.find(({ lastFailure }) => lastFailure !== undefined);
    if (failed) return `${failed.name}, attempt ${failed.attempt}, after: ${failed.lastFailure}`;
    // Trials wait for each other.
    const busy = new Set(activities.flatMap(({ name, waiting }) => (waiting ? [] : [name])));
    const overdue = sorted.find(({ id, name }) => isOverdue(id) && !busy.has(name));
    return overdue && `${overdue.name} waits for a free worker.`;
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
