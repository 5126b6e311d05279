import type { Document, Skipped } from '../contracts/corpus.ts';
import type { FoundFile } from './find-documents.ts';
import { readDocument } from './read-document.ts';

/** Every found file as a document, in the order given; files with the same content as an earlier one are skipped. */
export async function readCorpus(
  files: readonly FoundFile[],
  options: { onProgress?: (done: number, total: number) => void; signal?: AbortSignal } = {},
): Promise<{ documents: Document[]; skipped: Skipped[] }> {
  const documents: Document[] = [];
  const skipped: Skipped[] = [];
  const first = new Map<string, string>();
  let done = 0;
  for (const found of files) {
    options.signal?.throwIfAborted();
    const same = first.get(found.sha256);
    if (same === undefined) {
      first.set(found.sha256, found.path);
      const read = await readDocument(found);
      if ('reason' in read) skipped.push({ path: found.path, reason: read.reason });
      else documents.push(read);
    } else {
      skipped.push({ path: found.path, reason: `same content as ${same}` });
    }
    done += 1;
    options.onProgress?.(done, files.length);
  }
  return { documents, skipped };
}
