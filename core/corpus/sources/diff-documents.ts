import type { Document, DocumentChanges } from '../../contracts/corpus.ts';

/** A document, identified by its content and its path. */
export type DocumentIdentity = Pick<Document, 'id' | 'path'>;

/** Paths that are listed; the others are only counted. */
const MAX_PATHS = 20;

/**
 * Compares two states of the documents by content. A document that was only moved or renamed is unchanged; new content
 * at an existing path is changed. `share` is the share of changed, added and removed documents among all documents of
 * both states.
 */
export function diffDocuments(
  before: readonly DocumentIdentity[],
  after: readonly DocumentIdentity[],
): DocumentChanges {
  const contentBefore = new Set(before.map(({ id }) => id));
  const contentAfter = new Set(after.map(({ id }) => id));
  const pathsBefore = new Set(before.map(({ path }) => path));
  const newContent = after.filter(({ id }) => !contentBefore.has(id));
  const changed = newContent.filter(({ path }) => pathsBefore.has(path)).map(({ path }) => path);
  const added = newContent.filter(({ path }) => !pathsBefore.has(path)).map(({ path }) => path);
  const changedPaths = new Set(changed);
  const removed = before
    .filter(({ id, path }) => !contentAfter.has(id) && !changedPaths.has(path))
    .map(({ path }) => path);
  const unchanged = after.length - newContent.length;
  const different = changed.length + added.length + removed.length;
  return {
    unchanged,
    changed: changed.length,
    added: added.length,
    removed: removed.length,
    share: different === 0 ? 0 : different / (unchanged + different),
    paths: [...changed, ...added, ...removed].slice(0, MAX_PATHS),
  };
}
