import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../core/contracts/search-attributes.ts';
import { QUEUE_NAMES, type QueueName } from '../../core/contracts/task-queues.ts';
import { taskQueuesOf } from '../../core/contracts/tenant.ts';
import { parseIdentity } from '../../workers/one-store.ts';
import { listSearchAttributes } from '../../workers/search-attributes.ts';
import type { Check, Finding } from './finding.ts';

const SECONDS_PER_DAY = 86_400;
/** `temporal.api.enums.v1.TaskQueueType`. */
const TASK_QUEUE_TYPE = { workflow: 1, activity: 2 } as const;

/** `temporal.api.enums.v1.WorkerVersioningMode`. */
const VERSIONED = 2;

/** A process that asks for tasks of a queue, or did within the last five minutes. */
export interface QueuePoller {
  readonly queue: QueueName;
  readonly identity: string;
  /** Of workflow workers it ends in a hash of the workflow code, unless it is that of a deployment's version. */
  readonly buildId: string;
  /** It belongs to a version of this deployment (`--deployment`); undefined for a worker without versions. */
  readonly deployment?: string | undefined;
}

type Server = Pick<Connection, 'workflowService' | 'operatorService'>;

/**
 * The checks of a configured server.
 * @param tenant Whose workers are looked for.
 * @param storeId Of the store that was checked; undefined if it cannot be opened.
 */
export function serverChecks(server: Server, namespace: string, tenant: string, storeId: string | undefined): Check[] {
  return [
    { name: 'namespace', run: () => checkNamespace(server, namespace) },
    { name: 'attributes', run: async () => describeAttributes(await listSearchAttributes(server, namespace)) },
    { name: 'workers', run: async () => describePollers(await listPollers(server, namespace, tenant), storeId) },
  ];
}

async function checkNamespace({ workflowService }: Server, namespace: string): Promise<Finding> {
  const { serverVersion } = await workflowService.getSystemInfo({});
  const { config } = await workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / SECONDS_PER_DAY;
  return describeNamespace(namespace, serverVersion ?? 'of unknown version', days);
}

/** @param days How long the server keeps closed runs. */
export function describeNamespace(namespace: string, serverVersion: string, days: number): Finding {
  const found = `${namespace} on server ${serverVersion}, which keeps closed runs for ${Math.round(days * 10) / 10} days`;
  if (days >= 7) return { status: 'ok', found };
  return {
    status: 'warn',
    found,
    advice: `hone show and list forget runs after that time: temporal operator namespace update --namespace ${namespace} --retention 30d`,
  };
}

/** @param usable Names that the server knows with the type that runs give them. */
export function describeAttributes(usable: readonly string[]): Finding {
  const missing = Object.entries(SEARCH_ATTRIBUTES).filter(([name]) => !usable.includes(name));
  if (missing.length === 0) return { status: 'ok', found: usable.join(', ') };
  const names = missing.map(([name, type]) => `--name ${name} --type ${type}`).join(' ');
  return {
    status: 'warn',
    found: `missing, or of another type: ${missing.map(([name]) => name).join(', ')}`,
    advice: `Runs go without them. To add them: temporal operator search-attribute create ${names}`,
  };
}

async function listPollers({ workflowService }: Server, namespace: string, tenant: string): Promise<QueuePoller[]> {
  const found: QueuePoller[] = [];
  const taskQueues = taskQueuesOf(tenant);
  for (const queue of QUEUE_NAMES) {
    const taskQueueType = TASK_QUEUE_TYPE[queue === 'workflow' ? 'workflow' : 'activity'];
    const request = { namespace, taskQueue: { name: taskQueues[queue] }, taskQueueType };
    const { pollers } = await workflowService.describeTaskQueue(request);
    for (const { identity, deploymentOptions, workerVersionCapabilities } of pollers ?? []) {
      const buildId = deploymentOptions?.buildId || workerVersionCapabilities?.buildId || 'unknown';
      const isVersioned = deploymentOptions?.workerVersioningMode === VERSIONED;
      const deployment = isVersioned ? (deploymentOptions.deploymentName ?? undefined) : undefined;
      found.push({ queue, identity: identity ?? 'unknown', buildId, deployment });
    }
  }
  return found;
}

/** @param storeId As in `serverChecks`. */
export function describePollers(pollers: readonly QueuePoller[], storeId: string | undefined): Finding {
  const counts = QUEUE_NAMES.map((queue) => ({ queue, count: pollers.filter((one) => one.queue === queue).length }));
  const found = counts.map(({ queue, count }) => `${queue} ${count}`).join(', ');
  const stores = new Map(
    pollers.flatMap(({ identity }) => {
      const worker = parseIdentity(identity);
      return worker ? [[worker.storeId, worker.storeUri] as const] : [];
    }),
  );
  if (stores.size > 1)
    return {
      status: 'fail',
      found: `${found}; with ${stores.size} stores: ${[...stores.values()].join(', ')}`,
      advice: 'All workers of a namespace share one store. Stop those of the wrong one (HONE_STORE), or give them it.',
    };
  const [[theirs, uri] = []] = stores;
  if (theirs !== undefined && storeId !== undefined && theirs !== storeId)
    return {
      status: 'warn',
      found: `${found}; their store is ${uri}, not the one that is checked here`,
      advice: 'Check theirs: hone doctor --store, or HONE_STORE.',
    };
  const idle = counts.filter(({ count }) => count === 0).map(({ queue }) => queue);
  if (idle.length > 0)
    return {
      status: 'warn',
      found,
      advice: `Runs wait for ${idle.join(', ')}. On a machine that serves them: hone worker --queue ${idle.join(',')}`,
    };
  return describeBuilds(pollers, found);
}

function describeBuilds(pollers: readonly QueuePoller[], found: string): Finding {
  const unversioned = pollers.filter(({ deployment }) => deployment === undefined).length;
  if (unversioned > 0 && unversioned < pollers.length)
    return {
      status: 'warn',
      found: `${found}; ${unversioned} of them belong to no deployment`,
      advice: 'Temporal gives new runs to the deployment alone. Start all workers with --deployment, or none.',
    };
  const ids = pollers.filter(({ queue }) => queue === 'workflow').map(({ buildId }) => shortBuild(buildId));
  const builds = [...new Set(ids)];
  // Versions of a deployment are meant to be there side by side.
  if (builds.length <= 1 || unversioned === 0)
    return { status: 'ok', found: `${found}; ${builds.length > 1 ? 'builds' : 'build'} ${builds.join(', ')}` };
  return {
    status: 'warn',
    found: `${found}; workflow code of ${builds.length} builds: ${builds.join(', ')}`,
    advice:
      'During a rolling update this is as it should be for some minutes. Otherwise update the workers left behind.',
  };
}

/** `@temporalio/worker@1.24.0+a4bb250f…` with the first eight digits of the hash. */
function shortBuild(buildId: string): string {
  return buildId.replace(/\+([0-9a-f]{8})[0-9a-f]+$/, '+$1');
}
