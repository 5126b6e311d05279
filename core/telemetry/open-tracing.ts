import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { hrTimeDuration, millisToHrTime } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResourcesSync, envDetectorSync, Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Tracing, WorkflowSpan } from '../contracts/tracing.ts';
import { withoutTexts } from './without-texts.ts';

/** A collector that is away must not hold up the end of a command for longer. */
const CLOSE_MS = 3_000;

/** Sets up OpenTelemetry for this process; its standard variables name the endpoint, the sampler and the resource. */
export function openTracing(service: string): Tracing {
  const named = detectResourcesSync({ detectors: [envDetectorSync] });
  const resource = Resource.default()
    .merge(new Resource({ 'service.name': service }))
    .merge(named);
  const processor = withoutTexts(new BatchSpanProcessor(new OTLPTraceExporter()));
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  provider.register({ contextManager: new AsyncLocalStorageContextManager().enable() });
  return {
    recordWorkflow: (span) => processor.onEnd(readableSpan(span, resource)),
    async close() {
      const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), late]);
    },
  };
}

/** A span with ids of its own, which the API cannot make. */
function readableSpan(
  { own, parentSpanId, name, beginMs, endMs, attributes, error }: WorkflowSpan,
  resource: Resource,
): ReadableSpan {
  const startTime = millisToHrTime(beginMs);
  const endTime = millisToHrTime(endMs);
  return {
    name,
    kind: SpanKind.INTERNAL,
    spanContext: () => ({ ...own, traceFlags: TraceFlags.SAMPLED }),
    ...(parentSpanId !== undefined && { parentSpanId }),
    startTime,
    endTime,
    status: { code: error === undefined ? SpanStatusCode.OK : SpanStatusCode.ERROR },
    attributes: { ...attributes, ...(error !== undefined && { 'error.type': error }) },
    links: [],
    events: [],
    duration: hrTimeDuration(startTime, endTime),
    ended: true,
    resource,
    instrumentationLibrary: { name: 'hone' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
