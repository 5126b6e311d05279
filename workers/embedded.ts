import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../core/contracts/search-attributes.ts';
import { QUEUE_NAMES } from './queues.ts';
import { loadSettings, type Settings, type SettingsSource } from './settings.ts';
import { findTemporal, joinTemporal, startTemporal } from './temporal-server.ts';
import type { Workers } from './worker.ts';

export interface EmbeddedOptions extends SettingsSource {
  /** Whether to serve runs, only so much of them that they hear what they are told (`control`), or only to look at them. */
  worker: boolean | 'control';
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
      const queues = worker === 'control' ? (['workflow'] as const) : QUEUE_NAMES;
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
