import { type Context, context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FinishedSpan } from '../contracts/tracing.ts';

/*
 * Spans of this process. Where no traces are exported, OpenTelemetry's API does nothing.
 */

const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, server: SpanKind.SERVER } as const;

export interface SpanOptions {
  /** Default: `internal`. */
  readonly kind?: keyof typeof KINDS;
  readonly attributes?: Readonly<Record<string, string | number>>;
  /** Headers that may name the span of a caller (`traceparent`). */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Adds what is known of a span only later: attributes, and a better name. */
type Describe = (attributes: Record<string, string | number>, name?: string) => void;

/** Does the work in a span, which is the parent of all that are begun meanwhile. */
export async function inSpan<T>(
  name: string,
  { kind = 'internal', attributes, headers }: SpanOptions,
  work: (describe: Describe) => Promise<T>,
): Promise<T> {
  const parent: Context = headers ? propagation.extract(context.active(), headers) : context.active();
  const span = tracer().startSpan(name, { kind: KINDS[kind], ...(attributes && { attributes }) }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () =>
      work((more, better) => {
        span.setAttributes(more);
        if (better !== undefined) span.updateName(better);
      }),
    );
  } catch (error) {
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** Records a span that has ended, below the one that is active. */
export function recordSpan({ name, kind = 'internal', beginMs, endMs, attributes, error }: FinishedSpan): void {
  const span = tracer().startSpan(name, {
    kind: KINDS[kind],
    startTime: new Date(beginMs),
    attributes: { ...attributes, ...(error !== undefined && { 'error.type': error }) },
  });
  if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(new Date(endMs));
}

const tracer = () => trace.getTracer('hone');
