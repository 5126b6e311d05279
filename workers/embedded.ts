import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../core/contracts/search-attributes.ts';
import { QUEUE_NAMES } from '../core/contracts/task-queues.ts';
import { loadSettings, type Settings, type SettingsSource } from './settings.ts';
import { findTemporal, joinTemporal, startTemporal } from './temporal-server.ts';
import type { Workers } from './worker.ts';

const PARTIAL_QUEUES = { control: ['workflow'], models: ['workflow', 'cpu'] } as const;

/**
 * Which task queues the embedded worker polls: all (`true`), none (`false`), or only what a short command needs.
 * `control` lets workflows process signals and updates; `models` can also read and change the model registry.
 * Neither of these two trains or asks a language model.
 */
export type WorkerScope = boolean | keyof typeof PARTIAL_QUEUES;

export interface EmbeddedOptions extends SettingsSource {
  worker: WorkerScope;
  onStatus?: ((line: string) => void) | undefined;
}

export interface Embedded {
  address: string;
  uiUrl: string;
  namespace: string;
  /** Waits until running activities have checkpointed, then stops the worker and leaves the server. */
  close(): Promise<void>;
}

/**
 * Starts what one machine needs in one process: a Temporal server on loopback (or joins the one that runs in the same
 * Hone folder) and a worker.
 * @throws Fault `config` if the settings or the server's set-up are wrong; `unavailable` if the server does not start.
 */
export async function startEmbedded({ worker, onStatus, ...source }: EmbeddedOptions): Promise<Embedded> {
  const settings = await loadSettings(source);
  const server = (await joinTemporal(settings.home)) ?? (await startServer(settings, onStatus));
  const namespace = 'default';
  let connection: NativeConnection | undefined;
  let workers: Workers | undefined;
  try {
    if (worker) {
      onStatus?.('Starting the worker');
      // Imported here because it loads the libraries of every activity, which commands that only read do not need.
      const { startWorkers } = await import('./worker.ts');
      const { quietRuntime } = await import('./telemetry/runtime.ts');
      quietRuntime();
      const queues = worker === true ? QUEUE_NAMES : PARTIAL_QUEUES[worker];
      connection = await NativeConnection.connect({ address: server.address });
      workers = await startWorkers({ connection, namespace, settings, queues, onStatus });
    }
  } catch (error) {
    await connection?.close();
    await server.close();
    throw error;
  }
  return {
    address: server.address,
    uiUrl: server.uiUrl,
    namespace,
    async close() {
      await workers?.close();
      await connection?.close();
      await server.close();
    },
  };
}

async function startServer({ home, tools }: Settings, onStatus: ((line: string) => void) | undefined) {
  const binary = await findTemporal({ cache: join(tools, 'temporal'), onStatus });
  return startTemporal({ binary, directory: home, searchAttributes: SEARCH_ATTRIBUTES, onStatus });
}
