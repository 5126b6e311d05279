import { NativeConnection } from '@temporalio/worker';
import { serviceFault } from '../../client/service-fault.ts';
import { configuredServer } from '../../client/settings.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { SEARCH_ATTRIBUTES } from '../../core/contracts/search-attributes.ts';
import { QUEUE_NAMES, type QueueName } from '../../core/contracts/task-queues.ts';
import { taskQueuesOf } from '../../core/contracts/tenant.ts';
import { type RetryOptions, retryUntilAvailable } from '../../core/primitives/retry-until-available.ts';
import { ownBuildId } from '../../workers/deployment.ts';
import { startEmbedded } from '../../workers/embedded.ts';
import { loadSettings, type Settings } from '../../workers/settings.ts';
import { startHealthServer } from '../../workers/telemetry/health-server.ts';
import { createLogger } from '../../workers/telemetry/log.ts';
import type { LogFormat, LogLevelName } from '../../workers/telemetry/log-options.ts';
import { metricsTo, observedRuntime, type TelemetryOptions } from '../../workers/telemetry/runtime.ts';
import { startWorkers, type Workers } from '../../workers/worker.ts';
import { EXIT } from '../output/failure.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';
import { version } from '../runtime/package.ts';

export interface WorkerOptions {
  queue?: QueueName[];
  /** Seconds. */
  grace: number;
  grant?: string[];
  store?: string;
  /** Where `/healthz`, `/readyz` and `/metrics` are answered. */
  listen?: string;
  /** Name of a deployment. */
  deployment?: string;
  /** Of the version of the deployment. */
  buildId?: string;
  /** Default: `text` on a terminal, else `json`. */
  logFormat?: LogFormat;
  logLevel: LogLevelName;
}

/**
 * `hone worker`: runs workers of the configured Temporal server, or of Hone's own, until the process is asked to stop.
 * Waits for a server or a store that does not answer.
 */
export async function worker(options: WorkerOptions, { err }: Io): Promise<number> {
  const { queue: queues = QUEUE_NAMES, grace, grant, store } = options;
  const interrupt = interruptible();
  const log = createLogger({
    format: options.logFormat ?? (err.live ? 'text' : 'json'),
    level: options.logLevel,
    write: (line) => err.line(line),
  });
  const say = (line: string) => log.info(line);
  const settings = await loadSettings({ grant, store });
  const metrics = await metricsTo(options.listen);
  observedRuntime({ logger: log, metrics });
  let workers: Workers | undefined;
  const health = await startHealth(options.listen, metrics, () => workers);
  if (health) say(`Health and metrics on ${health.url}`);
  const configured = configuredServer();
  const own = configured ? undefined : await startEmbedded({ worker: false, onStatus: say });
  try {
    const address = configured?.connectionOptions.address ?? own?.address ?? 'localhost:7233';
    const namespace = configured?.namespace ?? own?.namespace ?? 'default';
    say(`Connecting to Temporal ${address}`);
    const retry = waiting(interrupt.signal, say);
    const connect = () =>
      NativeConnection.connect({ ...configured?.connectionOptions, address }).catch((error) => {
        throw serviceFault(error, address);
      });
    const connection = await retryUntilAvailable(connect, retry);
    try {
      const deployment = await versionOf(options);
      const given = { connection, namespace, settings, queues, graceSeconds: grace, deployment, onStatus: say, retry };
      workers = await startWorkers(given);
      describe(workers, { settings, queues, namespace }, say);
      await Promise.race([workers.ended, aborted(interrupt.signal)]);
      say('Stopping: running steps checkpoint first. (Press Ctrl-C again to exit at once.)');
      if ((await workers.close()) === 'late') {
        log.warn(`Not every step has stopped within ${grace} s; other workers continue from their last checkpoints.`);
        // Connections of running workers cannot be closed; exiting ends the steps that still run here.
        process.exit(EXIT.failed);
      }
    } finally {
      await connection.close();
    }
    return EXIT.done;
  } catch (error) {
    const interruptedWhileWaiting = interrupt.signal.aborted && error instanceof Fault && error.kind === 'unavailable';
    if (!interruptedWhileWaiting) throw error;
    return EXIT.done;
  } finally {
    await own?.close();
    await health?.close();
    interrupt.dispose();
  }
}

/** An empty variable counts as unset. */
async function versionOf({ deployment, buildId }: WorkerOptions) {
  return deployment ? { deploymentName: deployment, buildId: buildId || (await ownBuildId(version())) } : undefined;
}

function startHealth(
  listen: string | undefined,
  metrics: TelemetryOptions['metrics'],
  workers: () => Workers | undefined,
) {
  if (!listen) return undefined;
  return startHealthServer({
    listen,
    metrics: metrics && 'prometheus' in metrics ? metrics.prometheus : undefined,
    missing: async () => (await workers()?.missing()) ?? ['The worker waits for Temporal and its store.'],
  });
}

/** Says once what is waited for. */
function waiting(signal: AbortSignal, say: (line: string) => void): RetryOptions {
  let last = '';
  return {
    signal,
    onWait({ message }) {
      if (message !== last) say(`${message} Waiting for it.`);
      last = message;
    },
  };
}

function describe(
  { searchAttributes }: Workers,
  { settings, queues, namespace }: { settings: Settings; queues: readonly QueueName[]; namespace: string },
  say: (line: string) => void,
): void {
  const taskQueues = taskQueuesOf(settings.tenant);
  say(`Serving ${queues.map((name) => taskQueues[name]).join(', ')} in namespace ${namespace}`);
  const missing = Object.keys(SEARCH_ATTRIBUTES).filter((name) => !searchAttributes.includes(name));
  if (queues.includes('workflow') && missing.length > 0)
    say(`Search attributes missing on this server, runs go without them: ${missing.join(', ')} (docs/workers.md)`);
  say(`Store   ${settings.store}`);
  say(`Reads   ${settings.roots.join(', ') || 'nothing: name folders with --grant, or roots in worker.yaml'}`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
