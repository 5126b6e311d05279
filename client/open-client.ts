import { Client, type Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import { configuredKeys } from '../core/codec/configured-keys.ts';
import { PayloadCodec } from '../core/codec/payload-codec.ts';
import { currentTracing } from '../core/telemetry/tracing.ts';

/** A client with the codec that is configured, whose calls are traced if this process exports traces. */
export async function openClient(connection: Connection, namespace: string | undefined): Promise<Client> {
  const dataConverter = { payloadCodecs: [new PayloadCodec({ keys: configuredKeys() })] };
  const interceptors = { workflow: await tracedClient() };
  return new Client({ connection, dataConverter, interceptors, ...(namespace !== undefined && { namespace }) });
}

/**
 * Interceptors that record what a client starts and changes, and tell the workflow of its trace; none if this process
 * exports no traces. Queries are left out: whoever follows a run sends one every second.
 */
async function tracedClient(): Promise<WorkflowClientInterceptor[]> {
  if (!currentTracing()) return [];
  const { OpenTelemetryWorkflowClientInterceptor } = await import('@temporalio/interceptors-opentelemetry');
  const all = new OpenTelemetryWorkflowClientInterceptor();
  return [
    {
      startWithDetails: (input, next) => all.startWithDetails(input, next),
      startUpdate: (input, next) => all.startUpdate(input, next),
      startUpdateWithStart: (input, next) => all.startUpdateWithStart(input, next),
      signal: (input, next) => all.signal(input, next),
      cancel: (input, next) => all.cancel(input, next),
    },
  ];
}
