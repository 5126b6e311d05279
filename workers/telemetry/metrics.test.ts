import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS } from '../../core/contracts/metrics.ts';

it('are listed in the docs, with their labels and what they are', () => {
  const docs = readFileSync(new URL('../../docs/workers.md', import.meta.url), 'utf8');
  const rows = [...docs.matchAll(/^\| `(hone_\w+)` \| (.*) \| (.*) \|$/gm)].map(([, ...cells]) => cells);
  expect(rows).toEqual(
    Object.entries(METRICS).map(([name, { kind, labels, description }]) => [
      kind === 'counter' ? `${name}_total` : name,
      labels.map((label) => `\`${label}\``).join(', '),
      description.replace(/\.$/, ''),
    ]),
  );
});
