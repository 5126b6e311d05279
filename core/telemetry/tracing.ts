import { Fault } from '../contracts/fault.ts';
import type { Tracing } from '../contracts/tracing.ts';

let current: Tracing | undefined;

/** The traces of this process; undefined if they are not exported. */
export function currentTracing(): Tracing | undefined {
  return current;
}

/**
 * Exports traces by OTLP/HTTP if OpenTelemetry's variables name an endpoint (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or
 * `OTEL_EXPORTER_OTLP_ENDPOINT`); else nothing of OpenTelemetry's SDK is loaded.
 * @param service default for `OTEL_SERVICE_NAME`.
 * @throws Fault `config` for another protocol.
 */
export async function startTracing(service: string, env = process.env): Promise<Tracing | undefined> {
  if (!isTraced(env)) return undefined;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol && !protocol.startsWith('http/')) throw unsupported(protocol);
  const { openTracing } = await import('./open-tracing.ts');
  current = openTracing(service);
  return current;
}

/** An empty variable counts as unset. */
function isTraced(env: NodeJS.ProcessEnv): boolean {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return false;
  return Boolean(env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT);
}

function unsupported(protocol: string): Fault {
  return new Fault(
    'config',
    `Traces cannot be sent by ${protocol}, which OTEL_EXPORTER_OTLP_PROTOCOL names.`,
    'Set OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf and OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, or OTEL_TRACES_EXPORTER=none.',
  );
}
