import { Client, type Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import { configuredKeys } from '../core/codec/configured-keys.ts';
import { PayloadCodec } from '../core/codec/payload-codec.ts';
import { currentTracing } from '../core/telemetry/tracing.ts';
import { LenientCodec } from './lenient-codec.ts';

export interface Clients {
  readonly client: Client;
  /** For lists and descriptions: it reads what it can. */
  readonly lenient: Client;
}

/** Clients with the codec that is configured, whose calls are traced if this process exports traces. */
export async function openClients(connection: Connection, namespace: string | undefined): Promise<Clients> {
  const codec = new PayloadCodec({ keys: configuredKeys() });
  const interceptors = { workflow: await tracedClient() };
  const options = { connection, interceptors, ...(namespace !== undefined && { namespace }) };
  return {
    client: new Client({ ...options, dataConverter: { payloadCodecs: [codec] } }),
    lenient: new Client({ ...options, dataConverter: { payloadCodecs: [new LenientCodec(codec)] } }),
  };
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
