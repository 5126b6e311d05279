import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, type NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import type { WorkerContext } from '../activities/runtime/context.ts';
import { createLocalActivities } from '../activities/runtime/local-activities.ts';
import { sweepScratch } from '../activities/runtime/scratch.ts';
import { openStore } from '../core/artifacts/open-store.ts';
import { QUEUE_NAMES, type QueueName, TASK_QUEUES } from '../core/contracts/task-queues.ts';
import { type RetryOptions, retryUntilAvailable } from '../core/primitives/retry-until-available.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import type { Settings } from './settings.ts';

export interface WorkersOptions {
  connection: NativeConnection;
  namespace: string;
  settings: Settings;
  /** Default: all of them. */
  queues?: readonly QueueName[];
  /** Seconds that running steps have for their checkpoints once the worker is told to stop. Default: as many as they need. */
  graceSeconds?: number | undefined;
  /** How a store that does not answer is waited for. Default: not at all. */
  patience?: RetryOptions;
}

export interface Workers {
  /** Search attributes that runs may set. */
  readonly searchAttributes: readonly string[];
  /**
   * Stops polling, lets running steps checkpoint, and resolves once all have ended: to `late` where the grace time was
   * over before that. The process must then end, which ends its steps.
   */
  close(): Promise<'stopped' | 'late'>;
  /** Rejects if a worker dies of itself, once the others have stopped too. */
  readonly ended: Promise<void>;
}

/** Starts a Temporal worker a queue, all in this process. */
export async function startWorkers({
  connection,
  namespace,
  settings,
  queues = QUEUE_NAMES,
  graceSeconds,
  patience,
}: WorkersOptions): Promise<Workers> {
  const searchAttributes = queues.includes('workflow') ? await registerSearchAttributes(connection, namespace) : [];
  const steps = queues.some((queue) => queue !== 'workflow')
    ? createActivities(await openContext(settings, patience))
    : {};
  const served = { steps, own: createLocalActivities(searchAttributes) };
  const workers: Worker[] = [];
  for (const queue of queues) {
    const options = { connection, namespace, taskQueue: TASK_QUEUES[queue], ...common, ...roles[queue](served) };
    workers.push(await Worker.create(options));
  }
  const ended = runTogether(workers);
  ended.catch(() => {});
  return {
    searchAttributes,
    ended,
    async close() {
      stop(workers);
      const stopped = ended.then(() => 'stopped' as const);
      if (graceSeconds === undefined) return stopped;
      // The SDK's own time-out waits for what it has given up, and fails over it.
      return Promise.race([stopped, sleep(graceSeconds * 1000, 'late' as const, { ref: false })]);
    },
  };
}

type Running = Pick<Worker, 'run' | 'shutdown' | 'getState'>;

/**
 * Where one worker dies, the others are stopped: a process that serves half of its queues looks alive and is not. It is
 * over when all are, as they share a connection, which cannot be closed before.
 */
export async function runTogether(workers: readonly Running[]): Promise<void> {
  let death: { cause: unknown } | undefined;
  const until = async (worker: Running) => {
    try {
      await worker.run();
    } catch (cause) {
      death ??= { cause };
      stop(workers);
    }
  };
  await Promise.all(workers.map(until));
  if (death) throw death.cause;
}

function stop(workers: readonly Running[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** Must be called before anything else of Temporal's native side: the log level, and signals left to us. */
export function quietRuntime(level: 'ERROR' | 'WARN' | 'INFO' = 'ERROR'): void {
  Runtime.install({ logger: new DefaultLogger(level), shutdownSignals: [] });
}

const common: Partial<WorkerOptions> = {
  // Progress is read from heartbeats; the default of 30 s between them would make every bar stand still.
  maxHeartbeatThrottleInterval: '1s',
  defaultHeartbeatThrottleInterval: '1s',
};

type Role = (activities: { steps: object; own: object }) => Partial<WorkerOptions>;

const roles: Record<QueueName, Role> = {
  // Its own activities are answered within the workflow's task; nothing is polled for.
  workflow: ({ own }) => ({ ...workflowCode(), activities: own, enableNonLocalActivities: false }),
  // Each of these steps uses all cores by itself.
  cpu: ({ steps }) => ({ activities: steps, maxConcurrentActivityTaskExecutions: 2 }),
  llm: ({ steps }) => ({ activities: steps, maxConcurrentActivityTaskExecutions: 4 }),
  gpu: ({ steps }) => ({ activities: steps, maxConcurrentActivityTaskExecutions: 1 }),
};

/** The bundle made at build time starts in a fraction of the time; from a source tree Temporal bundles as it goes. */
function workflowCode(): Partial<WorkerOptions> {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
}

async function openContext({ home, tools: _, ...settings }: Settings, patience?: RetryOptions): Promise<WorkerContext> {
  const cache = join(home, 'cache');
  await sweepScratch(cache);
  const open = () => openStore(settings.store);
  return { ...settings, cache, store: await (patience ? retryUntilAvailable(open, patience) : open()) };
}
