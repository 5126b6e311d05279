import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../core/contracts/search-attributes.ts';
import { QUEUE_NAMES } from '../core/contracts/task-queues.ts';
import { loadSettings, type Settings, type SettingsSource } from './settings.ts';
import { findTemporal, joinTemporal, startTemporal } from './temporal-server.ts';
import type { Workers } from './worker.ts';

/**
 * Whether to serve runs, or only to look at them. Between the two: so much that they hear what they are told (`control`),
 * and that a worker can be asked what is published (`models`); neither trains or asks a language model on the way.
 */
export type ServedHere = boolean | keyof typeof SOME_QUEUES;

const SOME_QUEUES = { control: ['workflow'], models: ['workflow', 'cpu'] } as const;

export interface EmbeddedOptions extends SettingsSource {
  worker: ServedHere;
  onStatus?(line: string): void;
}

export interface Embedded {
  address: string;
  uiUrl?: string;
  namespace: string;
  /** Lets running steps checkpoint, then stops the worker and, if it was started here, the server. */
  close(): Promise<void>;
}

/** Everything one machine needs in one process: a Temporal server on loopback and a worker for all queues. */
export async function startEmbedded({ worker, onStatus, ...source }: EmbeddedOptions): Promise<Embedded> {
  const settings = await loadSettings(source);
  const server = (await joinTemporal(settings.home)) ?? (await startServer(settings, onStatus));
  const namespace = 'default';
  let connection: NativeConnection | undefined;
  let workers: Workers | undefined;
  try {
    if (worker) {
      onStatus?.('starting the worker');
      // Loads every step's libraries, which a command that only looks at runs can do without.
      const { quietRuntime, startWorkers } = await import('./worker.ts');
      quietRuntime();
      const queues = worker === true ? QUEUE_NAMES : SOME_QUEUES[worker];
      connection = await NativeConnection.connect({ address: server.address });
      workers = await startWorkers({ connection, namespace, settings, queues });
    }
  } catch (error) {
    await connection?.close();
    await server.close();
    throw error;
  }
  return {
    address: server.address,
    ...(server.uiUrl ? { uiUrl: server.uiUrl } : {}),
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
