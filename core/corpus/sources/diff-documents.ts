import type { Document, DocumentChanges } from '../../contracts/corpus.ts';

/** What tells a document from another: its content, and where it lies. */
export type Named = Pick<Document, 'id' | 'path'>;

/** Paths named of each kind; the rest are only counted. */
const NAMED = 20;

/**
 * What became of the documents, by content: one that was only moved or renamed is unchanged; other content under a path
 * that was there is changed. The share is of all documents there were or are.
 */
export function diffDocuments(before: readonly Named[], after: readonly Named[]): DocumentChanges {
  const contentBefore = new Set(before.map(({ id }) => id));
  const contentAfter = new Set(after.map(({ id }) => id));
  const pathsBefore = new Set(before.map(({ path }) => path));
  const fresh = after.filter(({ id }) => !contentBefore.has(id));
  const changed = fresh.filter(({ path }) => pathsBefore.has(path)).map(({ path }) => path);
  const added = fresh.filter(({ path }) => !pathsBefore.has(path)).map(({ path }) => path);
  const changedPaths = new Set(changed);
  const removed = before
    .filter(({ id, path }) => !contentAfter.has(id) && !changedPaths.has(path))
    .map(({ path }) => path);
  const unchanged = after.length - fresh.length;
  const touched = changed.length + added.length + removed.length;
  return {
    unchanged,
    changed: changed.length,
    added: added.length,
    removed: removed.length,
    share: touched === 0 ? 0 : touched / (unchanged + touched),
    paths: [...changed, ...added, ...removed].slice(0, NAMED),
  };
}
