import { expect, it } from 'vitest';
import { metricsTo } from './runtime.ts';

it('serves metrics where there is an address and no collector', async () => {
  expect(await metricsTo('9464', {})).toEqual({ prometheus: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
  expect(await metricsTo(undefined, {})).toBeUndefined();
});

it.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, 'http://collector:4318/v1/metrics', true],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' }, 'http://collector:4318/v1/metrics', true],
  [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector/m' }, 'http://collector/m', true],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    'http://collector:4317',
    false,
  ],
])('sends metrics where OpenTelemetry’s variables say: %o', async (env, otlp, http) => {
  expect(await metricsTo('9464', env)).toEqual({ otlp, http });
});
