import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../core/contracts/progress.ts';
import { type Heartbeat, type PendingActivity, withHeartbeats } from './live.ts';
import { serviceFault } from './service-fault.ts';

export type RunState = 'running' | 'done' | 'failed' | 'cancelled';

/** How far a run is, at one moment. */
export interface Followed extends Progress {
  state: RunState;
  /** What keeps the run from going on, if anything: no worker, a server that is away, a step being tried again. */
  notice?: string;
}

/** A run as the server describes it, whether or not a worker is there. */
export interface Snapshot {
  state: RunState;
  /** Grows with every event of the run; equal versions mean equal progress. */
  version: number;
  /** A workflow task lies in the queue and nobody has taken it. */
  taskWaiting: boolean;
  activities: readonly PendingActivity[];
  /** What child workflows last said of the stages they do. */
  figures?: readonly Heartbeat[];
}

/** Where `followRun` looks: a run on a server, or a test's invention. */
export interface RunSource {
  /** Address of the server, for messages. */
  server: string;
  /** Name of the workflow's queue, for messages. */
  queue: string;
  describe(): Promise<Snapshot>;
  /** Asks the workflow itself, so it takes a worker; may reject or take seconds without one. */
  progress(): Promise<Progress>;
}

export interface FollowOptions {
  /** Ends the iteration, quietly. The run goes on. */
  signal?: AbortSignal;
  /** Milliseconds between two looks. Default 500. */
  intervalMs?: number;
  /** Milliseconds that the server may stay away before `follow` gives up. Default 120,000. */
  patienceMs?: number;
  /** Milliseconds that a task may lie in a queue before `notice` says that no worker is there. Default 5,000. */
  unservedMs?: number;
}

/** Looks at a run until it has ended; the last item holds its final state. */
export async function* followRun(
  source: RunSource,
  { signal, intervalMs = 500, patienceMs = 120_000, unservedMs = 5_000 }: FollowOptions,
): AsyncGenerator<Followed> {
  let known: Progress = { title: '', model: '', stages: [] };
  let knownVersion = -1;
  let query: Promise<void> | undefined;
  let answeredAt = performance.now();
  const queueing = new Queueing();

  const ask = (version: number) => {
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
      if (!fault.retryable || performance.now() - answeredAt > patienceMs) throw fault;
      yield { ...known, state: 'running', notice: `${fault.message} Trying again.` };
      await pause(intervalMs, signal);
      continue;
    }
    if (snapshot.state !== 'running') {
      if (snapshot.version !== knownVersion) {
        await query;
        await ask(snapshot.version);
      }
      yield { ...known, state: snapshot.state };
      return;
    }
    // Without a worker the question stays open; the description goes on meanwhile.
    if (snapshot.version !== knownVersion) await Promise.race([ask(snapshot.version), pause(intervalMs / 2, signal)]);
    const beats = snapshot.activities.flatMap(({ heartbeat }) => heartbeat ?? []);
    const heartbeats = [...beats, ...(snapshot.figures ?? [])];
    const notice = queueing.notice(snapshot, source.queue, unservedMs);
    yield { ...withHeartbeats(known, heartbeats), state: 'running', ...(notice === undefined ? {} : { notice }) };
    await pause(intervalMs, signal);
  }
}

/** Knows how long things have been lying in queues, by this machine's clock and not the server's. */
class Queueing {
  readonly #since = new Map<string, number>();

  notice({ taskWaiting, activities }: Snapshot, queue: string, unservedMs: number): string | undefined {
    const lying = new Set(activities.filter(({ waiting, attempt }) => waiting && attempt === 1).map(({ id }) => id));
    if (taskWaiting) lying.add('');
    for (const id of this.#since.keys()) if (!lying.has(id)) this.#since.delete(id);
    for (const id of lying) if (!this.#since.has(id)) this.#since.set(id, performance.now());

    const unserved = (id: string) =>
      performance.now() - (this.#since.get(id) ?? Number.POSITIVE_INFINITY) >= unservedMs;
    if (unserved('')) return `No worker is serving queue ${queue}.`;
    for (const { id, name, attempt, lastFailure } of activities) {
      if (lastFailure !== undefined) return `${name}, attempt ${attempt}, after: ${lastFailure}`;
      if (unserved(id)) return `${name} waits for a worker that is free.`;
    }
    return undefined;
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
