import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import { type NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import type { WorkerContext } from '../activities/runtime/context.ts';
import { createLocalActivities } from '../activities/runtime/local-activities.ts';
import { measuredStore } from '../core/artifacts/measured-store.ts';
import { openStore } from '../core/artifacts/open-store.ts';
import { storeId } from '../core/artifacts/store-id.ts';
import { configuredKeys } from '../core/codec/configured-keys.ts';
import type { ArtifactStore } from '../core/contracts/artifact-store.ts';
import { Fault } from '../core/contracts/fault.ts';
import { measureWith } from '../core/contracts/measure-with.ts';
import { QUEUE_NAMES, type QueueName } from '../core/contracts/task-queues.ts';
import { deploymentOf, taskQueuesOf } from '../core/contracts/tenant.ts';
import { type RetryOptions, retryUntilAvailable } from '../core/primitives/retry-until-available.ts';
import { sweepScratch } from '../core/primitives/scratch.ts';
import { readSigningKey } from '../core/release/signature/keys.ts';
import { recordSpan } from '../core/telemetry/spans.ts';
import { dataConverterOf, refuseUnreadable } from './data-converter.ts';
import { claimFirstVersion, deploymentOptions } from './deployment.ts';
import { OneServer } from './one-server.ts';
import { activityPollers, describeIdentity, ownIdentity, refuseOtherStores } from './one-store.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import type { Settings } from './settings.ts';
import { tracedActivities, workflowSpans } from './telemetry/traced-worker.ts';

export interface WorkersOptions {
  connection: NativeConnection;
  namespace: string;
  settings: Settings;
  /** Task queues to poll. Default: all. */
  queues?: readonly QueueName[];
  /** Seconds that running steps have for their checkpoints once the worker stops. Default: no limit. */
  graceSeconds?: number | undefined;
  /** The version of a deployment that these workers belong to. Default: none, and they take every task. */
  deployment?: WorkerDeploymentVersion | undefined;
  /** Called with a sentence for people while the start takes longer. */
  onStatus?: ((line: string) => void) | undefined;
  /** How to wait for a store that does not answer. Default: the first failure is thrown. */
  retry?: RetryOptions;
}

export interface Workers {
  /** Search attributes that runs may set. */
  readonly searchAttributes: readonly string[];
  /**
   * Stops polling, lets running steps checkpoint, and waits until they have ended.
   * @returns `late` if `graceSeconds` passed before that: the process must then exit, which ends its steps.
   */
  close(): Promise<'stopped' | 'late'>;
  /**
   * What the workers lack to do their work: a queue that is not polled, Temporal or the store if they do not answer.
   * Empty if nothing.
   */
  missing(): Promise<string[]>;
  /** Resolves when all workers have stopped; rejects if one of them failed, once the others have stopped too. */
  readonly ended: Promise<void>;
}

/**
 * Starts one Temporal worker per task queue, all in this process.
 * @throws Fault as opening the store does; `config` if workers of another store serve these queues; an error of the SDK
 *   if it cannot reach the server.
 */
export async function startWorkers({
  connection,
  namespace,
  settings,
  queues = QUEUE_NAMES,
  graceSeconds,
  deployment: given,
  onStatus,
  retry,
}: WorkersOptions): Promise<Workers> {
  const { tenant } = settings;
  const taskQueues = taskQueuesOf(tenant);
  const deployment = given && { ...given, deploymentName: deploymentOf(tenant, given.deploymentName) };
  const searchAttributes = queues.includes('workflow') ? await registerSearchAttributes(connection, namespace) : [];
  const context = queues.some((queue) => queue !== 'workflow') ? await openContext(settings, retry) : undefined;
  const keys = configuredKeys();
  const fingerprints = keys.map(({ fingerprint }) => fingerprint);
  const identity = context && ownIdentity(await storeId(context.store), context.store.uri, fingerprints);
  const listed = () =>
    activityPollers(
      connection,
      namespace,
      queues.map((queue) => taskQueues[queue]),
    );
  if (identity) await refuseOtherStores(listed, identity, onStatus);
  const activities = context ? createActivities(context) : {};
  const localActivities = createLocalActivities(searchAttributes);
  const stopped = new AbortController();
  const closed = new AbortController();
  const server = await OneServer.of(connection, namespace, (fault) => stopped.abort(fault));
  const dataConverter = dataConverterOf(keys);
  const code = workflowCode(keys.length > 0);
  const traced = await tracedActivities();
  const workers: Worker[] = [];
  for (const queue of queues) {
    const specific = queueOptions[queue]({ activities, localActivities, code });
    workers.push(
      await Worker.create({
        connection,
        namespace,
        taskQueue: taskQueues[queue],
        ...(identity && { identity: describeIdentity(identity) }),
        dataConverter,
        ...commonOptions,
        ...deploymentOptions(deployment),
        ...specific,
        sinks: workflowSpans,
        interceptors: {
          ...specific.interceptors,
          // Local activities take milliseconds and belong to no span of a workflow.
          activity: [...(queue === 'workflow' ? [] : traced), () => server.interceptor(), refuseUnreadable],
        },
      }),
    );
  }
  const ended = runTogether(workers, stopped.signal);
  const watched = AbortSignal.any([stopped.signal, closed.signal]);
  const stopFor = (error: unknown) => error instanceof Fault && stopped.abort(error);
  again(() => server.check().catch(stopFor), watched);
  if (identity) again(() => refuseOtherStores(listed, identity).catch(stopFor), watched);
  if (given && deployment)
    claimFirstVersion(connection, namespace, deployment, watched).then(
      (isCurrent) => onStatus?.(describeVersion(given, isCurrent)),
      stopFor,
    );
  const end = () => closed.abort();
  ended.then(end, end);
  // A failure before anyone awaits `ended` must not count as an unhandled rejection.
  ended.catch(() => {});
  return {
    searchAttributes,
    ended,
    missing: () => whatIsMissing(connection, workers, context?.store),
    async close() {
      stop(workers);
      const stopped = ended.then(() => 'stopped' as const);
      if (graceSeconds === undefined) return stopped;
      // Not the SDK's `shutdownForceTime`, which still waits for the activities that it has given up, and then fails.
      return Promise.race([stopped, sleep(graceSeconds * 1000, 'late' as const, { ref: false })]);
    },
  };
}

function describeVersion({ deploymentName, buildId }: WorkerDeploymentVersion, isCurrent: boolean): string {
  return isCurrent
    ? `Version ${buildId} of ${deploymentName} is current: new runs begin with it`
    : `Version ${buildId} of ${deploymentName} is not current: \`hone deployment promote ${buildId}\` has new runs begin with it`;
}

type RunnableWorker = Pick<Worker, 'run' | 'shutdown' | 'getState'>;

const WATCH_EVERY_MS = 10_000;

/** Does `work` now and then until `signal` is aborted. */
async function again(work: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(WATCH_EVERY_MS, undefined, { ref: false });
    if (!signal.aborted) await work();
  }
}

/**
 * Runs workers until all have stopped. If one fails, the others are stopped too, because a process that serves only
 * some of its queues looks healthy but is not. It waits for all of them, since they share a connection.
 * @param stopped Stops them all; its reason counts as the failure.
 * @throws the error of the first worker that failed.
 */
export async function runTogether(workers: readonly RunnableWorker[], stopped?: AbortSignal): Promise<void> {
  let failure: { cause: unknown } | undefined;
  stopped?.addEventListener('abort', () => {
    failure ??= { cause: stopped.reason };
    stop(workers);
  });
  const run = async (worker: RunnableWorker) => {
    try {
      await worker.run();
    } catch (cause) {
      failure ??= { cause };
      stop(workers);
    }
  };
  await Promise.all(workers.map(run));
  if (failure) throw failure.cause;
}

function stop(workers: readonly RunnableWorker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

const commonOptions: Partial<WorkerOptions> = {
  // Progress is read from heartbeats, which the SDK by default sends only every 30 s.
  maxHeartbeatThrottleInterval: '1s',
  defaultHeartbeatThrottleInterval: '1s',
};

type QueueOptions = (given: {
  activities: object;
  localActivities: object;
  code: WorkflowCode;
}) => Partial<WorkerOptions>;

const queueOptions: Record<QueueName, QueueOptions> = {
  // Local activities run within a workflow task, so this worker does not poll for activities.
  workflow: ({ localActivities, code }) => ({
    ...code,
    activities: localActivities,
    enableNonLocalActivities: false,
  }),
  // Each of these activities uses all cores by itself.
  cpu: ({ activities }) => ({ activities, maxConcurrentActivityTaskExecutions: 2 }),
  llm: ({ activities }) => ({ activities, maxConcurrentActivityTaskExecutions: 4 }),
  gpu: ({ activities }) => ({ activities, maxConcurrentActivityTaskExecutions: 1 }),
};

type WorkflowCode = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'interceptors'>;

const sourceOf = (name: string) => fileURLToPath(new URL(`../workflows/${name}`, import.meta.url));

/**
 * The bundle that the build makes, which starts fast; in a source tree the SDK bundles the sources at every start.
 * @param encrypts A workflow cannot see a setting, so there is another bundle that hands failures on for encryption.
 */
function workflowCode(encrypts: boolean): WorkflowCode {
  const name = encrypts ? 'workflow-bundle-encrypting.js' : 'workflow-bundle.js';
  const bundle = fileURLToPath(new URL(`../${name}`, import.meta.url));
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  const workflowModules = ['trace-context.ts', 'result-guard.ts', 'unreadable-values.ts'].map(sourceOf);
  return { workflowsPath: sourceOf('index.ts'), interceptors: { workflowModules } };
}

const SWEEP_AGAIN_MS = 20 * 60_000;

async function openContext(
  { home: _, tools: __, tenant: ___, tenantFolder, signingKey: keyFile, ...settings }: Settings,
  retry: RetryOptions | undefined,
): Promise<WorkerContext> {
  const signingKey = keyFile === undefined ? undefined : await readSigningKey(keyFile);
  const cache = join(tenantFolder, 'cache');
  await sweepScratch(cache);
  // A container that has just died is told from a running one only after some minutes.
  setTimeout(() => sweepScratch(cache).catch(() => {}), SWEEP_AGAIN_MS).unref();
  const measure = measureWith(Runtime.instance().metricMeter);
  const onRetry = (operation: string) => measure('hone_store_retries', 1, { operation });
  const open = () => openStore(settings.store, { onRetry });
  const store = await (retry ? retryUntilAvailable(open, retry) : open());
  return { ...settings, signingKey, cache, store: measuredStore(store, measure), measure, recordSpan };
}

const ANSWERS_WITHIN_MS = 5_000;

async function whatIsMissing(
  connection: NativeConnection,
  workers: readonly Worker[],
  store: ArtifactStore | undefined,
): Promise<string[]> {
  const stopped = workers
    .filter((worker) => worker.getState() !== 'RUNNING')
    .map((worker) => `The worker of ${worker.options.taskQueue} is ${worker.getState().toLowerCase()}.`);
  const services = await Promise.all([
    silence('Temporal', () => connection.workflowService.getSystemInfo({})),
    // That there is nothing under this key is an answer.
    store && silence(`The store ${store.uri}`, () => store.readPointer('ready')),
  ]);
  return [...stopped, ...services.filter((reason) => reason !== undefined)];
}

/** @returns why a service cannot be used; undefined if it answers. */
async function silence(name: string, ask: () => Promise<unknown>): Promise<string | undefined> {
  const late = sleep(ANSWERS_WITHIN_MS, `${name} does not answer.`, { ref: false });
  const answer = ask().then(
    () => undefined,
    (error: unknown) => `${name}: ${error instanceof Error ? error.message : String(error)}`,
  );
  return Promise.race([answer, late]);
}
