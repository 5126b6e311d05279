import type { Chunk, Document } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import type { TokenCounter } from '../../contracts/model.ts';
import { contentId } from '../../primitives/hash.ts';
import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';
import { detectLanguage } from '../detect-language.ts';
import { chunkSections } from './chunk-sections.ts';

/** Chunks in document order, each text once. */
export interface ChunkedCorpus {
  readonly chunks: Chunk[];
  /** Chunks left out because an earlier one has the same text. */
  readonly duplicates: number;
}

/**
 * Cuts documents into passages of whole sentences of at most `maxTokens` tokens by the model's own tokenizer, special
 * tokens included (default: what the model reads at once), each beginning with its nearest heading. A passage stays in
 * its section; only tiny neighbours are put together. `overlap` tokens are repeated from the passage before.
 * Gives way to the event loop between documents, so that a caller can report progress.
 * @throws Fault `input` if `maxTokens` is more than the model reads, or `overlap` more than half of it.
 */
export async function chunkDocuments(
  documents: Iterable<Document> | AsyncIterable<Document>,
  counter: TokenCounter,
  options: { maxTokens?: number | undefined; overlap: number },
  onProgress?: (documents: number, chunks: number) => void,
): Promise<ChunkedCorpus> {
  const maxTokens = options.maxTokens ?? counter.maxTokens;
  checkOptions(maxTokens, options.overlap, counter);
  const chunks: Chunk[] = [];
  const seen = new Set<string>();
  const yieldToEventLoop = eventLoopYielder();
  let duplicates = 0;
  let done = 0;
  for await (const document of documents) {
    for (const passage of chunkSections(document.sections, counter, maxTokens, options.overlap)) {
      const id = contentId(passage.text);
      if (seen.has(id)) {
        duplicates += 1;
        continue;
      }
      seen.add(id);
      chunks.push({
        id,
        documentId: document.id,
        path: document.path,
        headings: [...passage.headings],
        text: passage.text,
        tokens: passage.tokens,
        language: detectLanguage(passage.text, document.language),
      });
    }
    done += 1;
    onProgress?.(done, chunks.length);
    await yieldToEventLoop();
  }
  return { chunks, duplicates };
}

function checkOptions(maxTokens: number, overlap: number, counter: TokenCounter): void {
  if (maxTokens > counter.maxTokens) {
    throw new Fault(
      'input',
      `chunks.maxTokens is ${maxTokens}, but the model reads only ${counter.maxTokens} tokens at once.`,
      `Set chunks.maxTokens to ${counter.maxTokens} or less, or leave it out.`,
    );
  }
  if (overlap > maxTokens / 2) {
    throw new Fault(
      'input',
      `chunks.overlap is ${overlap}, more than half of the ${maxTokens} tokens a chunk may have.`,
      `Set chunks.overlap to ${Math.floor(maxTokens / 2)} or less.`,
    );
  }
}
