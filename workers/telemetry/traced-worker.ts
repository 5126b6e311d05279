import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { WorkflowSpan } from '../../core/contracts/tracing.ts';
import { currentTracing } from '../../core/telemetry/tracing.ts';

/** What workflows hand their spans to. They always do, as they cannot see whether traces are exported. */
export const workflowSpans: InjectedSinks<{ tracing: { workflowEnded(span: WorkflowSpan): void } }> = {
  tracing: {
    workflowEnded: {
      fn: (_, span) => currentTracing()?.recordWorkflow(span),
      callDuringReplay: false,
    },
  },
};

/** Interceptors that run each activity in a span below its workflow's; none if traces are not exported. */
export async function tracedActivities(): Promise<ActivityInterceptorsFactory[]> {
  if (!currentTracing()) return [];
  const { OpenTelemetryActivityInboundInterceptor } = await import('@temporalio/interceptors-opentelemetry');
  return [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })];
}
