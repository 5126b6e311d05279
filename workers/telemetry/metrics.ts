import type { MetricMeter } from '@temporalio/common';
import { METRICS, type Measure, type MetricName } from '../../core/contracts/metrics.ts';

/** The metrics of Hone on the SDK's meter, which exports them together with its own. */
export function measureWith(meter: MetricMeter): Measure {
  const instruments = new Map<MetricName, (value: number, labels: Record<string, string>) => void>();
  return (name, value, ...[labels]) => {
    const record = instruments.get(name) ?? instrument(meter, name);
    instruments.set(name, record);
    record(value, labels ?? {});
  };
}

function instrument(meter: MetricMeter, name: MetricName): (value: number, labels: Record<string, string>) => void {
  const { kind, description } = METRICS[name];
  if (kind === 'counter') {
    const counter = meter.createCounter(name, undefined, description);
    return (value, labels) => counter.add(value, labels);
  }
  if (kind === 'histogram') {
    const histogram = meter.createHistogram(name, 'float', undefined, description);
    return (value, labels) => histogram.record(value, labels);
  }
  const gauge = meter.createGauge(name, 'float', undefined, description);
  return (value, labels) => gauge.set(value, labels);
}
