import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { Fault } from '../core/contracts/fault.ts';
import type { QueueName } from './queues.ts';
import { loadSettings, type SettingsSource } from './settings.ts';
import { quietRuntime, startWorkers, type Workers } from './worker.ts';

export interface ServeOptions extends SettingsSource {
  /** Default: all of them. */
  queues?: readonly QueueName[];
}

/**
 * Serves runs of the Temporal server that the environment names, until closed.
 * @throws Fault `unavailable` if the server cannot be reached, `config` if the worker's settings make no sense.
 */
export async function serve({ queues, ...source }: ServeOptions = {}): Promise<Workers> {
  const settings = await loadSettings(source);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  quietRuntime('WARN');
  const connection = await NativeConnection.connect(connectionOptions).catch((cause: unknown) => {
    const address = connectionOptions.address ?? 'localhost:7233';
    throw new Fault(
      'unavailable',
      `No Temporal server answers at ${address}.`,
      'Set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE, TEMPORAL_API_KEY) to one that does.',
      { cause },
    );
  });
  const workers = await startWorkers({ connection, namespace, settings, ...(queues ? { queues } : {}) });
  return {
    ended: workers.ended,
    async close() {
      await workers.close();
      await connection.close();
    },
  };
}
