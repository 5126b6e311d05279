import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { Fault } from '../core/contracts/fault.ts';

/**
 * The Temporal server that is configured by the environment or a profile, as Temporal's own tools read them:
 * `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_…`, `TEMPORAL_PROFILE`,
 * `TEMPORAL_CONFIG_FILE`.
 * @returns undefined if none is configured; the CLI then starts its own server.
 * @throws Fault `config` if there is a profile that cannot be read.
 */
export function configuredServer(env: NodeJS.ProcessEnv = process.env): ClientConnectConfig | undefined {
  let config: ClientConnectConfig;
  try {
    const overrideEnvVars = Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    config = loadClientConnectConfig({ overrideEnvVars });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(
      'config',
      `The Temporal profile cannot be read: ${reason}.`,
      'Correct the file that TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE names, or unset them.',
      { cause },
    );
  }
  const { address, apiKey, tls } = config.connectionOptions;
  return address === undefined && apiKey === undefined && tls === undefined ? undefined : config;
}
