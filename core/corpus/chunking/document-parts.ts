import type { Document } from '../../contracts/corpus.ts';

/** Text that is chunked in a few seconds, which is what a worker that dies loses. */
const CHARACTERS = 2 ** 20;

/** Groups documents, in their order, into parts of at least so many characters; default: a million. */
export function* documentParts(documents: Iterable<Document>, least = CHARACTERS): Generator<Document[]> {
  let part: Document[] = [];
  let characters = 0;
  for (const document of documents) {
    part.push(document);
    for (const { text } of document.sections) characters += text.length;
    if (characters < least) continue;
    yield part;
    part = [];
    characters = 0;
  }
  if (part.length > 0) yield part;
}
