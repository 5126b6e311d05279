import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowService } from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';
import { isAlive, PLACE } from '../core/primitives/scratch.ts';

/** A worker as its identity on the server tells it. */
export interface WorkerIdentity {
  readonly pid: number;
  readonly host: string;
  /** Where process ids mean the same processes. */
  readonly place: string;
  /** Milliseconds since the epoch at which the worker was started. */
  readonly since: number;
  readonly storeId: string;
  readonly storeUri: string;
  /** Fingerprints of its codec's keys, the one that encrypts first; empty without a codec. */
  readonly keys: readonly string[];
}

/** A worker that polls a queue, or did within the last five minutes. */
export interface Poller {
  readonly identity: WorkerIdentity;
  /** Milliseconds since the epoch, by the server's clock, at which it asked for work. */
  readonly polledAt: number;
}

/** A worker asks again at least once a minute. */
const POLLS_WITHIN_MS = 70_000;
const LOOK_EVERY_MS = 1_000;

export function ownIdentity(storeId: string, storeUri: string, keys: readonly string[] = []): WorkerIdentity {
  return { pid: process.pid, host: hostname(), place: PLACE, since: Date.now(), storeId, storeUri, keys };
}

/**
 * `123@host in 1a2b3c4d since 1764340000000 keys 9f86d081,2c26b46b store 0f1e… s3://acme/hone`, which the web UI of
 * Temporal shows too.
 */
export function describeIdentity({ pid, host, place, since, storeId, storeUri, keys }: WorkerIdentity): string {
  const codec = keys.length > 0 ? ` keys ${keys.join(',')}` : '';
  return `${pid}@${host} in ${place} since ${since}${codec} store ${storeId} ${storeUri}`;
}

/** @returns undefined for a worker without a store, or one that is not ours. */
export function parseIdentity(text: string): WorkerIdentity | undefined {
  const [, pid, host = '', place = '', since, fingerprints, storeId = '', storeUri = ''] =
    /^(\d+)@(\S*) in (\S+) since (\d+)(?: keys (\S+))? store (\S+) (.+)$/.exec(text) ?? [];
  if (pid === undefined) return undefined;
  const keys = fingerprints?.split(',') ?? [];
  return { pid: Number(pid), host, place, since: Number(since), storeId, storeUri, keys };
}

/**
 * The workers of other stores that were started before this one, which therefore has to give way. Of two workers that
 * are started at the same moment, both come to the same conclusion.
 */
export function earlierOnOtherStores(pollers: readonly Poller[], own: WorkerIdentity): Poller[] {
  return pollers.filter(({ identity: { storeId, since, pid } }) => {
    if (storeId === own.storeId) return false;
    return since < own.since || (since === own.since && pid < own.pid);
  });
}

/**
 * Refuses to share queues with workers of another store: a run would find its artifacts on some workers only. A worker
 * that has died is listed for some minutes; it is waited for until it is clear that it does not poll any more.
 * @param onWait Called with a sentence for people, when that may take a while.
 * @throws Fault `config` that names both stores.
 */
export async function refuseOtherStores(
  list: () => Promise<Poller[]>,
  own: WorkerIdentity,
  onWait: (message: string) => void = () => {},
  { pollsWithinMs = POLLS_WITHIN_MS, lookEveryMs = LOOK_EVERY_MS } = {},
): Promise<void> {
  const first = new Map<string, number>();
  const started = performance.now();
  for (;;) {
    const suspects = earlierOnOtherStores(await list(), own).filter(({ identity }) => mayRun(identity));
    for (const { identity, polledAt } of suspects) {
      const name = describeIdentity(identity);
      const before = first.get(name) ?? polledAt;
      // On this machine, a process that exists is enough; elsewhere it has to show that it lives.
      if (identity.place === own.place || polledAt > before) throw otherStore(identity, own);
      if (!first.has(name)) onWait(waitsFor(identity, own));
      first.set(name, before);
    }
    if (suspects.length === 0 || performance.now() - started > pollsWithinMs) return;
    await sleep(lookEveryMs);
  }
}

/** The workers with a store that poll these queues; none where the server does not tell. */
export async function activityPollers(
  { workflowService }: { readonly workflowService: WorkflowService },
  namespace: string,
  queues: readonly string[],
): Promise<Poller[]> {
  const found: Poller[] = [];
  for (const name of queues) {
    const request = { namespace, taskQueue: { name }, taskQueueType: ACTIVITY };
    const { pollers } = await workflowService.describeTaskQueue(request).catch(() => ({ pollers: [] }));
    for (const { identity, lastAccessTime } of pollers ?? []) {
      const parsed = parseIdentity(identity ?? '');
      if (parsed) found.push({ identity: parsed, polledAt: Number(lastAccessTime?.seconds ?? 0) * 1000 });
    }
  }
  return found;
}

/** `temporal.api.enums.v1.TaskQueueType`. */
const ACTIVITY = 2;

/** A process of this machine that has ended polls no more, nor does an earlier worker of this process. */
function mayRun({ pid, place }: WorkerIdentity): boolean {
  return place !== PLACE || (pid !== process.pid && isAlive(pid));
}

function waitsFor(other: WorkerIdentity, own: WorkerIdentity): string {
  return `Worker ${other.pid}@${other.host} of the store ${other.storeUri} served these queues a moment ago, and this worker has the store ${own.storeUri}. Waiting to see whether it still does.`;
}

function otherStore(other: WorkerIdentity, own: WorkerIdentity): Fault {
  return new Fault(
    'config',
    `Worker ${other.pid}@${other.host} serves the same queues with the store ${other.storeUri} (${other.storeId}), and this worker has the store ${own.storeUri} (${own.storeId}).`,
    'All workers of a namespace share one store: give this one the same store, stop the other one first, or use another namespace.',
  );
}
