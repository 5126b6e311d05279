import type { Document, DocumentToCheck, Reading } from '../contracts/corpus.ts';

/** If more than this share of a document was left out, a person should look at it. */
const MUCH = 0.5;

/** Share of a document's letters and digits that were kept, 0 to 1. */
export function keptShare({ characters, omitted }: Reading): number {
  const all = omitted.reduce((sum, omission) => sum + omission.characters, characters);
  return all === 0 ? 1 : characters / all;
}

/** The documents that a person should look at, because much was left out or the text looks broken; in order. */
export function documentsToCheck(documents: readonly Pick<Document, 'path' | 'reading'>[]): DocumentToCheck[] {
  return documents.flatMap(({ path, reading }) => {
    const kept = keptShare(reading);
    const { omitted, doubts } = reading;
    return doubts.length > 0 || kept < 1 - MUCH ? [{ path, kept, omitted, doubts }] : [];
  });
}
