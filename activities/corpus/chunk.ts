import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { ChunkResult, Document } from '../../core/contracts/corpus.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { chunkDocuments } from '../../core/corpus/chunking/chunk-documents.ts';
import { RepeatedBlocks } from '../../core/corpus/chunking/repeated-blocks.ts';
import { openTokenizer } from '../../core/encoder/tokenizer/tokenizer.ts';
import { putJsonLines, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { openBase } from '../runtime/models.ts';

type Input = {
  /** JSON Lines of `Document`. */
  documents: ArtifactRef;
  /** Its tokenizer counts the tokens of a chunk. */
  model: BaseModel;
  options: RunInput['chunks'];
};

/**
 * Cuts documents into chunks that the model can read. Stores JSON Lines of `Chunk`.
 * Reused for the same documents, model and options.
 * @throws Fault `input` if the documents hold no text, or the files of the model have changed.
 */
export async function chunk(
  context: StepContext,
  { documents, model, options }: Input,
): Promise<StepResult<ChunkResult>> {
  const { store, progress } = context;
  const step = { name: 'chunk', version: 2, inputs: { documents: documents.sha256, model: model.sha256 }, options };
  const outcome = await doStep(store, step, ChunkResult, async () => {
    const tokenizer = await openTokenizer(await openBase(context, model));
    const all = await readJsonLines(store, documents, Document);
    const repeated = await RepeatedBlocks.of(all);
    const { chunks, duplicates } = await chunkDocuments(repeated.withoutThem(all), tokenizer, options, (done) =>
      progress({ done, total: all.length, unit: 'documents' }),
    );
    const lengths = chunks.map(({ tokens }) => tokens).sort((a, b) => a - b);
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
