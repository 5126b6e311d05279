import { availableParallelism } from 'node:os';
import type { Document, Skipped } from '../../contracts/corpus.ts';
import type { SourceFile } from '../sources/source-file.ts';
import { DocumentReader, type ReaderLimits, type ReadOutcome } from './read-document.ts';

/** Threads that read at once; each may hold a large file's text. */
const MAX_READERS = 4;

/**
 * Every found file as a document, in the order given. Files that cannot be read, and files with the same content as an
 * earlier one, are skipped with the reason.
 * @throws Fault `unavailable` if a file changes underway; the signal's reason if it is aborted.
 */
export async function readCorpus(
  files: readonly SourceFile[],
  options: {
    /** What a file was read as before. */
    known?: (found: SourceFile) => Document | undefined;
    onProgress?: (done: number, total: number) => void;
    signal?: AbortSignal;
    limits?: ReaderLimits;
  } = {},
): Promise<{ documents: Document[]; skipped: Skipped[] }> {
  const outcomes: ReadOutcome[] = new Array(files.length);
  const first = new Map<string, SourceFile>();
  for (const found of files) if (!first.has(found.sha256)) first.set(found.sha256, found);
  const queue = files.entries();
  let done = 0;
  const work = async (reader: DocumentReader) => {
    for (const [i, found] of queue) {
      options.signal?.throwIfAborted();
      const same = first.get(found.sha256) ?? found;
      const known = options.known?.(found);
      if (same !== found) outcomes[i] = { reason: `same content as ${same.path}` };
      else outcomes[i] = known ? { document: known } : await reader.read(found);
      done += 1;
      options.onProgress?.(done, files.length);
    }
  };
  const readers = Array.from(
    { length: Math.min(MAX_READERS, availableParallelism(), files.length) },
    () => new DocumentReader(options.limits),
  );
  try {
    await Promise.all(readers.map(work));
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
  return {
    documents: outcomes.flatMap((outcome) => ('document' in outcome ? [outcome.document] : [])),
    skipped: outcomes.flatMap((outcome, i) =>
      'reason' in outcome ? [{ path: (files[i] as SourceFile).path, reason: outcome.reason }] : [],
    ),
  };
}
