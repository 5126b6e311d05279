import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/**
 * The same processor, told of errors without their words: messages and stack traces of exceptions, which Temporal's
 * interceptors record, may hold names of files and what a document or an endpoint says.
 */
export function withoutTexts(processor: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, context) => processor.onStart(span, context),
    onEnd: (span) => processor.onEnd(withoutWords(span)),
    forceFlush: () => processor.forceFlush(),
    shutdown: () => processor.shutdown(),
  };
}

function withoutWords(span: ReadableSpan): ReadableSpan {
  const type = span.events.find(({ name }) => name === 'exception')?.attributes?.['exception.type'];
  return Object.create(span, {
    status: { value: { code: span.status.code } },
    events: { value: [] },
    attributes: { value: { ...span.attributes, ...(type !== undefined && { 'error.type': type }) } },
  }) as ReadableSpan;
}
