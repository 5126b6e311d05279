import { METRICS, type Measure, type MetricName } from './metrics.ts';

type Labels = Record<string, string>;

/** Where metrics are recorded; Temporal's meters, of the runtime and of workflows, are such. */
export interface Meter {
  createCounter(name: string, unit?: string, description?: string): { add(value: number, labels?: Labels): void };
  createHistogram(
    name: string,
    valueType?: 'int' | 'float',
    unit?: string,
    description?: string,
  ): { record(value: number, labels?: Labels): void };
  createGauge(
    name: string,
    valueType?: 'int' | 'float',
    unit?: string,
    description?: string,
  ): { set(value: number, labels?: Labels): void };
}

/** Records the metrics of Hone on a meter, which exports them together with its own. */
export function measureWith(meter: Meter): Measure {
  const instruments = new Map<MetricName, (value: number, labels: Labels) => void>();
  return (name, value, ...[labels]) => {
    const record = instruments.get(name) ?? instrument(meter, name);
    instruments.set(name, record);
    record(value, labels ?? {});
  };
}

function instrument(meter: Meter, name: MetricName): (value: number, labels: Labels) => void {
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
