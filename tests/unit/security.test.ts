import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** A line of the threat model: what a test says, and its file. */
const LINE = /^- (.+) \(`([\w/.-]+\.test\.ts)`\)$/gm;
const claims = [...read('docs/security.md').matchAll(LINE)].map(([, title = '', file = '']) => ({ title, file }));

it('names tests at all', () => {
  expect(claims.length).toBeGreaterThan(20);
});

it.each(claims)('$file has a test that says: $title', ({ title, file }) => {
  expect(read(file)).toContain(`'${title}'`);
});
