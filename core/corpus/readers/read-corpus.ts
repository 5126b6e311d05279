import { availableParallelism } from 'node:os';
import type { Document, Skipped } from '../../contracts/corpus.ts';
import type { SourceFile } from '../sources/source-file.ts';
import { DocumentReader, type ReaderLimits, type ReadOutcome } from './read-document.ts';

/** Processes that read; each can hold the text of a large file. */
const MAX_READERS = 4;

/**
 * Reads files as documents, in the same order. A file that cannot be read, or has the same content as an earlier file,
 * is skipped with a reason.
 * @throws Fault `unavailable` if a file has changed since it was found; the reason of `signal`.
 */
export async function readCorpus(
  files: readonly SourceFile[],
  options: {
    /** A document that was read from the same file earlier. */
    cached?: ((file: SourceFile) => Document | undefined) | undefined;
    /** Files read or skipped so far, of how many. */
    onProgress?: ((done: number, total: number) => void) | undefined;
    signal?: AbortSignal | undefined;
    /** Limits per file. */
    limits?: ReaderLimits | undefined;
  } = {},
): Promise<{ documents: Document[]; skipped: Skipped[] }> {
  const outcomes: ReadOutcome[] = new Array(files.length);
  const first = new Map<string, SourceFile>();
  for (const file of files) if (!first.has(file.sha256)) first.set(file.sha256, file);
  const queue = files.entries();
  let done = 0;
  const work = async (reader: DocumentReader) => {
    for (const [i, file] of queue) {
      options.signal?.throwIfAborted();
      const same = first.get(file.sha256) ?? file;
      const cached = options.cached?.(file);
      if (same !== file) outcomes[i] = { reason: `same content as ${same.path}` };
      else outcomes[i] = cached ? { document: cached } : await reader.read(file);
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
