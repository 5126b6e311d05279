import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, type NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { WorkerContext } from '../activities/context.ts';
import { createActivities } from '../activities/index.ts';
import { sweepScratch } from '../activities/scratch.ts';
import { openStore } from '../core/artifacts/open-store.ts';
import { QUEUE_NAMES, QUEUES, type QueueName } from './queues.ts';
import type { Settings } from './settings.ts';

export interface WorkersOptions {
  connection: NativeConnection;
  namespace: string;
  settings: Settings;
  /** Default: all of them. */
  queues?: readonly QueueName[];
}

export interface Workers {
  /** Stops polling, lets running steps checkpoint, and resolves once all have ended. */
  close(): Promise<void>;
  /** Rejects if a worker dies of itself. */
  readonly ended: Promise<void>;
}

/** Starts a Temporal worker a queue, all in this process. */
export async function startWorkers({
  connection,
  namespace,
  settings,
  queues = QUEUE_NAMES,
}: WorkersOptions): Promise<Workers> {
  const activities = createActivities(await openContext(settings));
  const workers: Worker[] = [];
  for (const queue of queues) {
    workers.push(
      await Worker.create({ connection, namespace, taskQueue: QUEUES[queue], ...common, ...roles[queue](activities) }),
    );
  }
  const ended = Promise.all(workers.map((worker) => worker.run())).then(() => {});
  ended.catch(() => {});
  return {
    ended,
    async close() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
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

type Role = (activities: object) => Partial<WorkerOptions>;

const roles: Record<QueueName, Role> = {
  workflow: () => workflowCode(),
  // Each of these steps uses all cores by itself.
  cpu: (activities) => ({ activities, maxConcurrentActivityTaskExecutions: 2 }),
  llm: (activities) => ({ activities, maxConcurrentActivityTaskExecutions: 4 }),
  gpu: (activities) => ({ activities, maxConcurrentActivityTaskExecutions: 1 }),
};

/** The bundle made at build time starts in a fraction of the time; from a source tree Temporal bundles as it goes. */
function workflowCode(): Partial<WorkerOptions> {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
}

async function openContext({ home, tools: _, ...settings }: Settings): Promise<WorkerContext> {
  const cache = join(home, 'cache');
  await sweepScratch(cache);
  return { ...settings, cache, store: await openStore(settings.store) };
}
