import { Connection, type ConnectionOptions } from '@temporalio/client';
import { serviceFault } from './service-fault.ts';
import { configuredServer } from './settings.ts';

export interface ConnectOptions {
  /** `host:port`. Default: what Temporal's environment variables or profile file say, else `localhost:7233`. */
  address?: string;
  /** Default: what environment or profile say, else `default`. */
  namespace?: string;
  /** Anything else the Temporal SDK takes: `tls`, `apiKey`, `metadata`. Default: what environment or profile say. */
  connection?: Omit<ConnectionOptions, 'address'>;
}

/** @throws Fault `unavailable` if no server answers within five seconds. */
export async function openConnection(
  options: ConnectOptions,
): Promise<{ connection: Connection; namespace: string | undefined }> {
  const configured = configuredServer();
  const address = options.address ?? configured?.connectionOptions.address ?? 'localhost:7233';
  // An address given by hand is another server: the keys meant for the configured one stay here.
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
