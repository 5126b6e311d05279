import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SERVER_METRICS, WORKER_METRICS } from './metrics.ts';

it.each([
  ['workers', WORKER_METRICS],
  ['serve', SERVER_METRICS],
])('docs/%s.md lists the metrics, with their labels and what they are', (page, metrics) => {
  const docs = readFileSync(new URL(`../../docs/${page}.md`, import.meta.url), 'utf8');
  const rows = [...docs.matchAll(/^\| `(hone_\w+)` \| (.*) \| (.*) \|$/gm)].map(([, ...cells]) => cells);
  expect(rows).toEqual(
    Object.entries(metrics).map(([name, { kind, labels, description }]) => [
      kind === 'counter' ? `${name}_total` : name,
      labels.map((label: string) => `\`${label}\``).join(', '),
      description.replace(/\.$/, ''),
    ]),
  );
});

it.each(['workers', 'serve'])('docs/zh/%s.md lists the same metrics', (page) => {
  const names = (path: string) =>
    [
      ...readFileSync(new URL(`../../docs/${path}.md`, import.meta.url), 'utf8').matchAll(
        /^\| `(hone_\w+)` \| (.*?) \|/gm,
      ),
    ].map(([, name, labels]) => [name, labels]);
  expect(names(`zh/${page}`)).toEqual(names(page));
});
