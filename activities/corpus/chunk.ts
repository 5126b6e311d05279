import { z } from 'zod';
import { doStep } from '../../core/artifacts/step.ts';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk, ChunkResult, Document } from '../../core/contracts/corpus.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { BaseModel, TokenCounter } from '../../core/contracts/model.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { type ChunkedCorpus, chunkDocuments, joinChunked } from '../../core/corpus/chunking/chunk-documents.ts';
import { documentParts } from '../../core/corpus/chunking/document-parts.ts';
import { RepeatedBlocks } from '../../core/corpus/chunking/repeated-blocks.ts';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import { hashLines } from '../../core/primitives/hash.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { openBase } from '../runtime/models.ts';

/** To be raised when the same documents give other chunks. */
const VERSION = 2;

type Input = {
  /** JSON Lines of `Document`. */
  documents: ArtifactRef;
  /** Its tokenizer counts the tokens of a chunk. */
  model: BaseModel;
  options: RunInput['chunks'];
};

/** JSON Lines of `Chunk`: those of some of the documents. */
const Part = z.object({ chunks: ArtifactRef, duplicates: z.number().int() });

/**
 * Cuts documents into chunks that the model can read. Stores JSON Lines of `Chunk`.
 * Reused for the same documents, model and options. A large corpus is chunked in parts, each of which is stored: an
 * attempt continues where the one before it ended.
 * @throws Fault `input` if the documents hold no text, or the files of the model have changed.
 */
export async function chunk(context: StepContext, input: Input): Promise<StepResult<ChunkResult>> {
  const { store, signal } = context;
  const { documents, model, options } = input;
  const inputs = { documents: documents.sha256, model: model.sha256 };
  const outcome = await doStep(store, { name: 'chunk', version: VERSION, inputs, options }, ChunkResult, async () => {
    const tokenizer = await openTokenizer(await openBase(context, model));
    const all = await readJsonLines(store, documents, Document, signal);
    const { chunks, duplicates } = await chunkInParts(context, input, all, tokenizer);
    const lengths = Uint32Array.from(chunks, ({ tokens }) => tokens).sort();
    const medianTokens = lengths[lengths.length >> 1];
    if (medianTokens === undefined) {
      throw new Fault('input', 'The documents hold no text.', 'Name documents that have some.');
    }
    return { chunks: await putJsonLines(store, chunks), count: chunks.length, medianTokens, duplicates };
  });
  const { count, medianTokens, duplicates } = outcome.output;
  return {
    ...outcome,
    summary: `${count}, median ${medianTokens} tokens${duplicates ? `, ${counted(duplicates, 'duplicate')} left out` : ''}`,
  };
}

async function chunkInParts(
  { store, signal, progress }: StepContext,
  { model, options }: Input,
  all: readonly Document[],
  tokenizer: TokenCounter,
): Promise<ChunkedCorpus> {
  const repeated = await RepeatedBlocks.of(all, signal);
  const chunked: ChunkedCorpus[] = [];
  let before = 0;
  const chunkPart = (part: readonly Document[]) => {
    const onProgress = (done: number) => progress({ done: before + done, total: all.length, unit: 'documents' });
    return chunkDocuments(part, tokenizer, options, onProgress, signal);
  };
  for (const part of documentParts(repeated.withoutThem(all))) {
    signal.throwIfAborted();
    // The only part is the whole corpus, whose chunks are stored as the output of the step.
    if (part.length === all.length) return chunkPart(part);
    const inputs = { documents: hashLines(part.map((document) => JSON.stringify(document))), model: model.sha256 };
    const step = { name: 'chunk-part', version: VERSION, inputs, options };
    const { output } = await doStep(store, step, Part, async () => {
      const { chunks, duplicates } = await chunkPart(part);
      return { chunks: await putJsonLines(store, chunks), duplicates };
    });
    chunked.push({ ...output, chunks: await readJsonLines(store, output.chunks, Chunk, signal) });
    before += part.length;
  }
  return joinChunked(chunked);
}
