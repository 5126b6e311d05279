import { createServer } from 'node:net';
import { type Logger, Runtime, type RuntimeOptions } from '@temporalio/worker';
import { quietLogger } from './log.ts';

/**
 * Leaves signals to the caller and prints nothing but errors of the SDK: for commands that show a run themselves. Must
 * be called before any worker or native connection is created, because the runtime can be installed only once. One with
 * metrics that is installed already stays.
 */
export function quietRuntime(): void {
  if (isObserved) return;
  const logger = quietLogger((line) => process.stderr.write(`${line}\n`));
  Runtime.install({ logger, shutdownSignals: [] });
}

export interface TelemetryOptions {
  logger: Logger;
  /** Where metrics go: answered on `/metrics` of an address on this machine, or sent to an OpenTelemetry collector. */
  metrics?: { prometheus: string } | { otlp: string; http: boolean } | undefined;
}

let isObserved = false;

/** As `quietRuntime`, but with logs and metrics. */
export function observedRuntime({ logger, metrics }: TelemetryOptions): Runtime {
  isObserved = true;
  return Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metrics && { metrics: exporter(metrics) }),
    },
  });
}

/** In seconds, but for dollars: steps take from milliseconds to hours, answers of this server milliseconds. */
const BUCKETS = {
  hone_step_seconds: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600],
  hone_store_seconds: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300],
  hone_checkpoint_seconds: [0.5, 2, 10, 30, 60, 300, 900],
  hone_llm_seconds: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300],
  hone_llm_dollars: [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1],
  hone_lease_wait_seconds: [0.1, 1, 5, 15, 60, 300, 900, 3600],
  hone_http_seconds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
};

type Exporter = NonNullable<NonNullable<RuntimeOptions['telemetryOptions']>['metrics']>;

function exporter(metrics: NonNullable<TelemetryOptions['metrics']>): Exporter {
  const options = { useSecondsForDurations: true, histogramBucketOverrides: BUCKETS };
  if ('otlp' in metrics) return { otel: { url: metrics.otlp, http: metrics.http, ...options } };
  return { prometheus: { bindAddress: metrics.prometheus, countersTotalSuffix: true, ...options } };
}

/**
 * Where metrics go: to an OpenTelemetry collector if its standard variables name one, else to `/metrics` of `listen`.
 * @param listen Where health and metrics are answered.
 */
export async function metricsTo(listen: string | undefined, env = process.env): Promise<TelemetryOptions['metrics']> {
  const own = env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT;
  const common = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const http = (env.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || 'http').startsWith(
    'http',
  );
  if (own) return { otlp: own, http };
  // By HTTP, each signal has a path of its own below the common address.
  if (common) return { otlp: http ? `${common.replace(/\/$/, '')}/v1/metrics` : common, http };
  return listen ? { prometheus: await freeAddress() } : undefined;
}

/** An address of this machine that nothing listens on. */
async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return `127.0.0.1:${address.port}`;
}
