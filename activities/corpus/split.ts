import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Chunk, SplitResult } from '../../core/contracts/corpus.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { splitChunks } from '../../core/corpus/splitting/split-chunks.ts';
import { putJson, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';

type Input = {
  /** JSON Lines of `Chunk`. */
  chunks: ArtifactRef;
  options: RunInput['split'];
};

/**
 * Assigns chunks to training and validation, by document, before any question is asked. Stores JSON of `Split`.
 * Reused for the same chunks and options.
 * @throws Fault `input` or `quality` as `splitChunks`.
 */
export async function split({ store }: StepContext, { chunks, options }: Input): Promise<StepResult<SplitResult>> {
  const step = { name: 'split', version: 1, inputs: { chunks: chunks.sha256 }, options };
  const outcome = await doStep(store, step, SplitResult, async () => {
    const all = await readJsonLines(store, chunks, Chunk);
    const { split, by, trainDocuments, validationDocuments, leakage } = await splitChunks(all, options);
    return { split: await putJson(store, split), by, trainDocuments, validationDocuments, leakage };
  });
  return { ...outcome, summary: describe(outcome.output) };
}

function describe({ by, trainDocuments, validationDocuments, leakage }: SplitResult): string {
  const overlap = leakage > 0 ? `${(leakage * 100).toFixed(1)} % near-duplicates` : 'no overlap found';
  if (by === 'chunks') return `by chunks, not by document; ${overlap}`;
  return `${counted(trainDocuments, 'document')} for training, ${validationDocuments} for validation; ${overlap}`;
}
