import type { WorkflowClientInterceptor } from '@temporalio/client';
import { currentTracing } from '../core/telemetry/tracing.ts';

/**
 * Interceptors that record what a client starts and changes, and tell the workflow of its trace; none if this process
 * exports no traces. Queries are left out: whoever follows a run sends one every second.
 */
export async function tracedClient(): Promise<WorkflowClientInterceptor[]> {
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
