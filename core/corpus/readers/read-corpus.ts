import { availableParallelism } from 'node:os';
import type { Document, Skipped } from '../../contracts/corpus.ts';
import type { SourceFile } from '../sources/source-file.ts';
import { DocumentReader, type ReaderLimits, type ReadOutcome } from './read-document.ts';

/** Processes that read; each can hold the text of a large file. */
const MAX_READERS = 4;
/** Reading that is lost at most when a worker dies. */
const KEEP_EVERY_MS = 30_000;

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
    /** Called now and then with documents that have been read since the last call, so that they can be kept. */
    keep?: ((documents: readonly Document[]) => Promise<void>) | undefined;
    /** Milliseconds between two calls of `keep`, at least; default: 30,000. */
    keepEveryMs?: number | undefined;
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
  const keep = new Keeper(options.keep, options.keepEveryMs);
  const work = async (reader: DocumentReader) => {
    for (const [i, file] of queue) {
      options.signal?.throwIfAborted();
      const same = first.get(file.sha256) ?? file;
      const cached = options.cached?.(file);
      if (same !== file) outcomes[i] = { reason: `same content as ${same.path}` };
      else if (cached) outcomes[i] = { document: cached };
      else {
        const read = await reader.read(file);
        outcomes[i] = read;
        if ('document' in read) await keep.add(read.document);
      }
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

/** Collects documents and passes them on at intervals, one call after the other. */
class Keeper {
  readonly #keep: ((documents: readonly Document[]) => Promise<void>) | undefined;
  readonly #everyMs: number;
  #waiting: Document[] = [];
  #keptAt = performance.now();
  #keeping = Promise.resolve();

  constructor(keep: ((documents: readonly Document[]) => Promise<void>) | undefined, everyMs = KEEP_EVERY_MS) {
    this.#keep = keep;
    this.#everyMs = everyMs;
  }

  async add(document: Document): Promise<void> {
    const keep = this.#keep;
    if (!keep) return;
    this.#waiting.push(document);
    if (performance.now() - this.#keptAt < this.#everyMs) return;
    const documents = this.#waiting;
    this.#waiting = [];
    this.#keptAt = performance.now();
    this.#keeping = this.#keeping.then(() => keep(documents));
    await this.#keeping;
  }
}
