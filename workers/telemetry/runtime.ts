import { createServer } from 'node:net';
import { type Logger, Runtime, type RuntimeOptions } from '@temporalio/worker';
import { quietLogger } from './log.ts';

/**
 * Leaves signals to the caller and prints nothing but errors of the SDK: for commands that show a run themselves. Must
 * be called before any worker or native connection is created, because the runtime can be installed only once.
 */
export function quietRuntime(): void {
  const logger = quietLogger((line) => process.stderr.write(`${line}\n`));
  Runtime.install({ logger, shutdownSignals: [] });
}

export interface TelemetryOptions {
  logger: Logger;
  /** Where metrics go: answered on `/metrics` of an address on this machine, or sent to an OpenTelemetry collector. */
  metrics?: { prometheus: string } | { otlp: string } | undefined;
}

/** As `quietRuntime`, but with logs and metrics. */
export function observedRuntime({ logger, metrics }: TelemetryOptions): Runtime {
  return Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      ...(metrics && { metrics: exporter(metrics) }),
    },
  });
}

/** Steps take from milliseconds to hours, operations of a store from milliseconds to minutes. */
const BUCKETS = {
  hone_step_seconds: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600],
  hone_store_seconds: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300],
};

type Exporter = NonNullable<NonNullable<RuntimeOptions['telemetryOptions']>['metrics']>;

function exporter(metrics: NonNullable<TelemetryOptions['metrics']>): Exporter {
  const options = { useSecondsForDurations: true, histogramBucketOverrides: BUCKETS };
  if ('otlp' in metrics) return { otel: { url: metrics.otlp, ...options } };
  return { prometheus: { bindAddress: metrics.prometheus, countersTotalSuffix: true, ...options } };
}

/** An address of this machine that nothing listens on. */
export async function freeAddress(): Promise<string> {
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
