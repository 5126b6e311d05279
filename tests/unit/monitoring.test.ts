import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
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

it('docs/operations.md says of each alert what it means, where to look and what to do', () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const { groups } = parse(read('infra/monitoring/alerts.yaml'));
  const alerts = groups.flatMap(({ rules }: { rules: { alert: string }[] }) => rules.map(({ alert }) => alert));
  const [, incidents = ''] = read('docs/operations.md').split('## Incidents by alert');
  const sections = incidents.split(/^### /m).slice(1);
  expect(sections.map((section) => section.split('\n')[0]).sort()).toEqual([...alerts].sort());
  for (const section of sections) expect(section).toMatch(/^Hone\w+\n\n\w.+\n\n- Look: .+\n- Do: .+$/m);
});
