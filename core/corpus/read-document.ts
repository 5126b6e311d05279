import { readFile } from 'node:fs/promises';
import type { Document } from '../contracts/corpus.ts';
import type { FoundFile } from './find-documents.ts';
import { parseDocument } from './parse-document.ts';
import { Unreadable } from './reading.ts';

/** A found file as a document, or the reason why it is none. */
export async function readDocument(found: FoundFile): Promise<Document | { reason: string }> {
  try {
    return await parseDocument(await readFile(found.file), found.path);
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error.message };
    throw error;
  }
}
