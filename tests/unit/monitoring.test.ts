import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS } from '../../core/contracts/metrics.ts';

/** The names under which a metric is exported. */
const EXPORTED = new Set(
  Object.entries(METRICS).flatMap(([name, { kind }]) => {
    if (kind === 'counter') return [`${name}_total`];
    return kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name];
  }),
);

it.each(['alerts.yaml', 'alerts.test.yaml', 'dashboard.json'])('%s asks for no metric that Hone lacks', (file) => {
  const text = readFileSync(new URL(`../../infra/monitoring/${file}`, import.meta.url), 'utf8');
  const names = [...text.matchAll(/\bhone_\w+/g)].map(([name]) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !EXPORTED.has(name))).toEqual([]);
});
