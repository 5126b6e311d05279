import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { proxySinks, type Sinks, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import type { TraceContext, WorkflowSpan } from '../core/contracts/tracing.ts';

/** Where workflows record their spans; the worker implements it. */
export interface TracingSinks extends Sinks {
  tracing: { workflowEnded(span: WorkflowSpan): void };
}

/** The header of Temporal's own interceptors for OpenTelemetry, which clients and activities use. */
const HEADER = '_tracer-data';
/** Runs share it, so it belongs to the trace of none. */
const SHARED = 'rateLimiter';

/**
 * Hands the trace of a workflow on to its activities and child workflows, and records its span once it has ended.
 *
 * Not Temporal's own interceptors for workflows: these wait for further promises where a history was begun without
 * them, so that a worker that traces could not continue the runs of one that does not. Invariant: this changes headers
 * and nothing else, and draws no random number. The ids are those of the workflow run, so a replay finds the same.
 */
export function interceptors(): WorkflowInterceptors {
  const { tracing } = proxySinks<TracingSinks>();
  const { runId, workflowType } = workflowInfo();
  const ids = runId.replaceAll('-', '');
  const beginMs = Date.now();
  let parent: TraceContext | undefined;
  const own = () => ({ traceId: parent?.traceId ?? ids, spanId: ids.slice(16) });
  const withOwn = <T extends { headers: Headers }>(input: T): T => ({
    ...input,
    headers: { ...input.headers, [HEADER]: toHeader(own()) },
  });
  const ended = (error?: unknown) =>
    tracing.workflowEnded({
      name: `RunWorkflow:${workflowType}`,
      own: own(),
      parentSpanId: parent?.spanId,
      beginMs,
      endMs: Date.now(),
      attributes: { temporalWorkflowId: workflowInfo().workflowId, run_id: runId },
      error: error === undefined ? undefined : nameOf(error),
    });
  return {
    inbound: [
      {
        execute(input, next) {
          parent = fromHeader(input.headers[HEADER]);
          const running = next(input);
          // Beside the result, which must not come a promise later than without this.
          running.then(() => ended(), ended);
          return running;
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withOwn(input)),
        startChildWorkflowExecution: (input, next) => next(input.workflowType === SHARED ? input : withOwn(input)),
        continueAsNew: (input, next) =>
          next(parent ? { ...input, headers: { ...input.headers, [HEADER]: toHeader(parent) } } : input),
      },
    ],
  };
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

function fromHeader(header: Headers[string] | undefined): TraceContext | undefined {
  if (!header) return undefined;
  const { traceparent } = defaultPayloadConverter.fromPayload<{ traceparent?: string }>(header);
  const [, traceId, spanId] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  return traceId && spanId ? { traceId, spanId } : undefined;
}

function toHeader({ traceId, spanId }: TraceContext) {
  return defaultPayloadConverter.toPayload({ traceparent: `00-${traceId}-${spanId}-01` });
}

/** A workflow that continues as new has not failed. */
function nameOf(error: unknown): string | undefined {
  const name = error instanceof Error ? error.name : 'unknown';
  return name === 'ContinueAsNew' ? undefined : name;
}
