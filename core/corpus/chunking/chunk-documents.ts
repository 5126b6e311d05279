import type { Chunk, Document } from '../../contracts/corpus.ts';
import { Fault } from '../../contracts/fault.ts';
import type { TokenCounter } from '../../contracts/model.ts';
import { contentId } from '../../primitives/hash.ts';
import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';
import { detectLanguage } from '../detect-language.ts';
import { chunkSections } from './chunk-sections.ts';

export interface ChunkedCorpus {
  /** In document order, without duplicate texts. */
  readonly chunks: Chunk[];
  /** Number of chunks left out because an earlier one has the same text. */
  readonly duplicates: number;
}

/**
 * Cuts documents into chunks of whole sentences. Each chunk begins with its nearest heading and stays within one
 * section; only tiny neighbouring sections are put together. Yields to the event loop between documents.
 * @param counter the tokenizer of the model that will embed the chunks.
 * @param options.maxTokens the longest chunk in tokens, special tokens included; default: the model's maximum.
 * @param options.overlap tokens that are repeated from the chunk before, at most.
 * @param onProgress documents and chunks so far.
 * @throws Fault `input` if `maxTokens` is larger than the model's maximum, or `overlap` larger than half of
 *   `maxTokens`; the reason of `signal` once it is aborted.
 */
export async function chunkDocuments(
  documents: Iterable<Document> | AsyncIterable<Document>,
  counter: TokenCounter,
  options: { maxTokens?: number | undefined; overlap: number },
  onProgress?: (documents: number, chunks: number) => void,
  signal?: AbortSignal,
): Promise<ChunkedCorpus> {
  const maxTokens = options.maxTokens ?? counter.maxTokens;
  checkOptions(maxTokens, options.overlap, counter);
  const chunks: Chunk[] = [];
  const seen = new Set<string>();
  const yieldToEventLoop = eventLoopYielder(signal);
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

/** The chunks of parts of a corpus as those of the whole: a text that an earlier part has is left out. */
export function joinChunked(parts: readonly ChunkedCorpus[]): ChunkedCorpus {
  const chunks = new Map<string, Chunk>();
  let duplicates = 0;
  for (const part of parts) {
    duplicates += part.duplicates;
    for (const chunk of part.chunks) {
      if (chunks.has(chunk.id)) duplicates += 1;
      else chunks.set(chunk.id, chunk);
    }
  }
  return { chunks: [...chunks.values()], duplicates };
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
