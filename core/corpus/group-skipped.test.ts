import { expect, it } from 'vitest';
import { groupSkipped } from './group-skipped.ts';

it('counts skipped files by reason, the most frequent first', () => {
  const png = '.png files are not read (md, txt, html, pdf and docx are)';
  expect(
    groupSkipped([
      { path: 'a.pdf', reason: 'a damaged PDF (no xref)' },
      { path: 'b.png', reason: png },
      { path: 'c.md', reason: 'same content as a.md' },
      { path: 'd.png', reason: png },
      { path: 'e.md', reason: 'same content as b.md' },
      { path: 'f.png', reason: png },
    ]),
  ).toEqual([
    { reason: '.png files are not read', count: 3 },
    { reason: 'same content as another file', count: 2 },
    { reason: 'a damaged PDF', count: 1 },
  ]);
});
