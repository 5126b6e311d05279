import { Connection, type ConnectionOptions } from '@temporalio/client';
import { serviceFault } from './service-fault.ts';
import { configuredServer } from './settings.ts';

export interface ConnectOptions {
  /** `host:port`. Default: from Temporal's environment variables or profile, else `localhost:7233`. */
  address?: string;
  /** Default: from the environment or profile, else `default`. */
  namespace?: string;
  /** Further options of the SDK: `tls`, `apiKey`, `metadata`. Default: from the environment or profile. */
  connection?: Omit<ConnectionOptions, 'address'>;
}

/**
 * Connects to the given or the configured server.
 * @throws Fault `unavailable` if no server answers within five seconds; `config` if the Temporal profile is invalid.
 */
export async function openConnection(
  options: ConnectOptions,
): Promise<{ connection: Connection; namespace: string | undefined }> {
  const configured = configuredServer();
  const address = options.address ?? configured?.connectionOptions.address ?? 'localhost:7233';
  // Invariant: keys and certificates of the configured server are never sent to an address that was given explicitly.
  const inherited = options.address === undefined ? configured?.connectionOptions : undefined;
  try {
    const connection = await Connection.connect({
      connectTimeout: '5s',
      ...inherited,
      ...options.connection,
      address,
    });
    return { connection, namespace: options.namespace ?? configured?.namespace };
  } catch (error) {
    throw serviceFault(error, address);
  }
}
