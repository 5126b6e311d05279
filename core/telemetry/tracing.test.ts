import { SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inSpan, recordSpan } from './spans.ts';
import { currentTracing, startTracing } from './tracing.ts';
import { withoutTexts } from './without-texts.ts';

const ENDPOINT = 'http://127.0.0.1:9/v1/traces';

it.each([
  {},
  { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'true' },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ENDPOINT, OTEL_TRACES_EXPORTER: 'none' },
])('does nothing where no traces are wanted: %o', async (env) => {
  expect(await startTracing('hone', env)).toBeUndefined();
  expect(currentTracing()).toBeUndefined();
  expect(await inSpan('work', {}, async () => trace.getActiveSpan())).toBeUndefined();
});

it('says what to set where the protocol is none that it knows', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  await expect(startTracing('hone', env)).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringContaining('grpc'),
    advice: expect.stringContaining('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'),
  });
});

describe('spans that are exported', () => {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    const spanProcessors = [withoutTexts(new SimpleSpanProcessor(exporter))];
    new BasicTracerProvider({ spanProcessors }).register();
  });
  afterAll(() => trace.disable());

  it('hold the kind of an error and none of its words', () => {
    const span = trace.getTracer('temporal').startSpan('RunActivity:ingest');
    const error = new TypeError('canary-7001 in /srv/canary-7002.md');
    span.recordException(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    span.end();
    const [exported] = exporter.getFinishedSpans();
    expect(exported).toMatchObject({
      name: 'RunActivity:ingest',
      attributes: { 'error.type': 'TypeError' },
      status: { code: SpanStatusCode.ERROR },
    });
    expect(exported?.spanContext()).toEqual(span.spanContext());
    expect(JSON.stringify([exported?.status, exported?.attributes, exported?.events])).not.toContain('canary');
    exporter.reset();
  });

  it('of work that fails say so without its message, and keep their times', async () => {
    const work = inSpan('hone run', {}, async () => {
      throw new RangeError('canary-7003');
    });
    await expect(work).rejects.toThrow('canary-7003');
    recordSpan({ name: 'chat gpt-4o-mini', kind: 'client', beginMs: 1_000, endMs: 1_250, error: 'limited' });
    const [failed, chat] = exporter.getFinishedSpans();
    expect(failed).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'RangeError' },
    });
    expect(failed?.status.message).toBeUndefined();
    expect(chat).toMatchObject({
      startTime: [1, 0],
      endTime: [1, 250_000_000],
      attributes: { 'error.type': 'limited' },
    });
  });
});
