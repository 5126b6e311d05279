import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('docs/contributing.md shows the example operator and architecture as they are tested', async () => {
  const page = await readFile('docs/contributing.md', 'utf8');
  const shown = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  for (const name of ['softplus.ts', 'softplus.test.ts', 'averaging.ts'])
    expect(shown, name).toContain(await readFile(`tests/unit/made-up/${name}`, 'utf8'));
});
