import { expect, it } from 'vitest';
import { type DocumentIdentity, diffDocuments } from './diff-documents.ts';

const documents = (contents: Record<string, string>): DocumentIdentity[] =>
  Object.entries(contents).map(([path, id]) => ({ path, id }));

it('finds changed, added, removed and unchanged documents', () => {
  const before = documents({ 'a.md': '1', 'b.md': '2', 'c.md': '3', 'd.md': '4' });
  const after = documents({ 'a.md': '1', 'b.md': '2x', 'd.md': '4', 'e.md': '5' });
  expect(diffDocuments(before, after)).toEqual({
    unchanged: 2,
    changed: 1,
    added: 1,
    removed: 1,
    share: 3 / 5,
    paths: ['b.md', 'e.md', 'c.md'],
  });
});

it('counts a moved document as unchanged', () => {
  const changes = diffDocuments(documents({ 'a.md': '1', 'b.md': '2' }), documents({ 'sub/a.md': '1', 'b.md': '2' }));
  expect(changes).toMatchObject({ unchanged: 2, changed: 0, added: 0, removed: 0, share: 0 });
});

it('counts two swapped documents as unchanged, and one overwritten by another as removed', () => {
  const before = documents({ 'a.md': '1', 'b.md': '2' });
  expect(diffDocuments(before, documents({ 'a.md': '2', 'b.md': '1' })).share).toBe(0);
  expect(diffDocuments(before, documents({ 'b.md': '1' }))).toMatchObject({ unchanged: 1, removed: 1, share: 1 / 2 });
});

it('counts everything as added if there was nothing before, and lists only some paths', () => {
  const after = documents(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}.md`, `${i}`])));
  const changes = diffDocuments([], after);
  expect(changes).toMatchObject({ added: 50, share: 1 });
  expect(changes.paths).toHaveLength(20);
  expect(diffDocuments(after, after).share).toBe(0);
  expect(diffDocuments([], []).share).toBe(0);
});
