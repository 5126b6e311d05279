import { NativeConnection } from '@temporalio/worker';
import { serviceFault } from '../../client/service-fault.ts';
import { configuredServer } from '../../client/settings.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { SEARCH_ATTRIBUTES } from '../../core/contracts/search-attributes.ts';
import { QUEUE_NAMES, type QueueName, TASK_QUEUES } from '../../core/contracts/task-queues.ts';
import { type RetryOptions, retryUntilAvailable } from '../../core/primitives/retry-until-available.ts';
import { startEmbedded } from '../../workers/embedded.ts';
import { loadSettings } from '../../workers/settings.ts';
import { quietRuntime, startWorkers } from '../../workers/worker.ts';
import { EXIT } from '../output/failure.ts';
import { interruptible } from '../runtime/interrupt.ts';
import type { Io } from '../runtime/io.ts';

export interface WorkerOptions {
  queue?: QueueName[];
  /** Seconds. */
  grace: number;
  grant?: string[];
  store?: string;
}

/**
 * `hone worker`: runs workers of the configured Temporal server, or of Hone's own, until the process is asked to stop.
 * Waits for a server or a store that does not answer.
 */
export async function worker({ queue, grace, grant, store }: WorkerOptions, { err }: Io): Promise<number> {
  const interrupt = interruptible();
  const settings = await loadSettings({ grant, store });
  const configured = configuredServer();
  const own = configured ? undefined : await startEmbedded({ worker: false, onStatus: (line) => err.line(line) });
  try {
    const address = configured?.connectionOptions.address ?? own?.address ?? 'localhost:7233';
    const namespace = configured?.namespace ?? own?.namespace ?? 'default';
    const queues = queue ?? QUEUE_NAMES;
    quietRuntime();
    err.line(`Connecting to Temporal ${address}`);
    let lastMessage = '';
    const retry: RetryOptions = {
      signal: interrupt.signal,
      onWait({ message }) {
        if (message !== lastMessage) err.line(`${message} Waiting for it.`);
        lastMessage = message;
      },
    };
    const connect = () =>
      NativeConnection.connect({ ...configured?.connectionOptions, address }).catch((error) => {
        throw serviceFault(error, address);
      });
    const connection = await retryUntilAvailable(connect, retry);
    try {
      const workers = await startWorkers({ connection, namespace, settings, queues, graceSeconds: grace, retry });
      err.line(`Serving ${queues.map((name) => TASK_QUEUES[name]).join(', ')} in namespace ${namespace}`);
      const missing = Object.keys(SEARCH_ATTRIBUTES).filter((name) => !workers.searchAttributes.includes(name));
      if (queues.includes('workflow') && missing.length > 0)
        err.line(
          `Search attributes missing on this server, runs go without them: ${missing.join(', ')} (docs/workers.md)`,
        );
      err.line(`Store   ${settings.store}`);
      err.line(`Reads   ${settings.roots.join(', ') || 'nothing: name folders with --grant, or roots in worker.yaml'}`);
      await Promise.race([workers.ended, aborted(interrupt.signal)]);
      err.line('Stopping: running steps checkpoint first. (Press Ctrl-C again to exit at once.)');
      if ((await workers.close()) === 'late') {
        err.line(`Not every step has stopped within ${grace} s; other workers continue from their last checkpoints.`);
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
    interrupt.dispose();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
