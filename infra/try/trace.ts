import type { ReceivedSpan } from '../../tests/harness/trace-receiver.ts';

/** The names that lead from a request of the API to the training process, outermost first. */
export const CHAIN = [
  'POST /api/v1/runs',
  'StartWorkflow:fineTune',
  'RunWorkflow:fineTune',
  'RunActivity:train',
  'trainer',
];

export interface Trace {
  readonly spans: readonly ReceivedSpan[];
  /** From the trainer upwards to the caller: `trainer`, `RunActivity:train`, …; empty while there is no such span. */
  readonly chain: readonly string[];
  /** Services that sent spans. */
  readonly services: readonly string[];
  /** Spans whose parent was never sent: `prepare of worker-gpu-1`. */
  readonly orphans: readonly string[];
}

/**
 * What was received of a trace.
 * @param caller Id of the span that began it, which sends nothing itself.
 * @param killed Services that died: a span that was open then is never sent, so those below it are no orphans.
 */
export function traceOf(
  all: readonly ReceivedSpan[],
  traceId: string,
  caller: string,
  killed: readonly string[] = [],
): Trace {
  const spans = all.filter((span) => span.traceId === traceId);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const chain: string[] = [];
  const seen = new Set<string>();
  let span = spans.find(({ name }) => name === 'trainer');
  while (span && !seen.has(span.spanId)) {
    chain.push(span.name);
    seen.add(span.spanId);
    span = span.parentSpanId === undefined ? undefined : byId.get(span.parentSpanId);
  }
  const orphans = spans.filter(
    ({ parentSpanId, service }) =>
      parentSpanId !== caller && !byId.has(parentSpanId ?? '') && !killed.includes(service),
  );
  return {
    spans,
    chain,
    services: [...new Set(spans.map(({ service }) => service))].sort(),
    orphans: [...new Set(orphans.map(({ name, service }) => `${name} of ${service}`))],
  };
}
