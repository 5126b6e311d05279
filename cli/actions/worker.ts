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
 * `hone worker`: serves runs of the configured Temporal server, or of one of its own, until it is told to stop. A server or
 * a store that does not answer is waited for.
 */
export async function serve({ queue, grace, grant, store }: WorkerOptions, { err }: Io): Promise<number> {
  const interrupt = interruptible();
  const settings = await loadSettings({
    ...(grant === undefined ? {} : { grant }),
    ...(store === undefined ? {} : { store }),
  });
  const configured = configuredServer();
  const own = configured ? undefined : await startEmbedded({ worker: false, onStatus: (line) => err.line(line) });
  try {
    const address = configured?.connectionOptions.address ?? own?.address ?? 'localhost:7233';
    const namespace = configured?.namespace ?? own?.namespace ?? 'default';
    const queues = queue ?? QUEUE_NAMES;
    quietRuntime();
    err.line(`Connecting to Temporal ${address}`);
    let told = '';
    const patience: RetryOptions = {
      signal: interrupt.signal,
      onWait({ message }) {
        if (message !== told) err.line(`${message} Waiting for it.`);
        told = message;
      },
    };
    const connect = () =>
      NativeConnection.connect({ ...configured?.connectionOptions, address }).catch((error) => {
        throw serviceFault(error, address);
      });
    const connection = await retryUntilAvailable(connect, patience);
    try {
      const workers = await startWorkers({ connection, namespace, settings, queues, graceSeconds: grace, patience });
      const served = queues.map((name) => TASK_QUEUES[name]).join(', ');
      err.line(`Serving ${served} in namespace ${namespace}`);
      const missing = Object.keys(SEARCH_ATTRIBUTES).filter((name) => !workers.searchAttributes.includes(name));
      if (queues.includes('workflow') && missing.length > 0)
        err.line(`Runs do without search attributes that this server lacks: ${missing.join(', ')} (docs/workers.md)`);
      err.line(`Store   ${settings.store}`);
      err.line(`Reads   ${settings.roots.join(', ')}`);
      await Promise.race([workers.ended, aborted(interrupt.signal)]);
      err.line('Stopping: running steps checkpoint first. (Ctrl-C again leaves at once.)');
      if ((await workers.close()) === 'late') {
        err.line(`Not every step has stopped within ${grace} s; they go on elsewhere from their last checkpoint.`);
        // Nothing can be closed in order any more; what still computes here ends with this process.
        process.exit(EXIT.failed);
      }
    } finally {
      await connection.close();
    }
    return EXIT.done;
  } catch (error) {
    const waitedInVain = interrupt.signal.aborted && error instanceof Fault && error.kind === 'unavailable';
    if (!waitedInVain) throw error;
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
