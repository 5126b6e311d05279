import { z } from 'zod';
import { doStep } from '../../core/artifacts/step.ts';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Chunk, SplitResult } from '../../core/contracts/corpus.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { splitChunks } from '../../core/corpus/splitting/split-chunks.ts';
import { putJson, readJson, readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';

/** Splitting fewer chunks takes a second. */
const MANY = 50_000;

type Input = {
  /** JSON Lines of `Chunk`. */
  chunks: ArtifactRef;
  options: RunInput['split'];
};

/**
 * Assigns chunks to training and validation, by document, before any question is asked. Stores JSON of `Split`.
 * Reused for the same chunks and options. The near-duplicate documents among many chunks are stored when they have been
 * found: an attempt continues from there.
 * @throws Fault `input` or `quality` as `splitChunks`.
 */
export async function split(
  { store, signal }: StepContext,
  { chunks, options }: Input,
): Promise<StepResult<SplitResult>> {
  const step = { name: 'split', version: 1, inputs: { chunks: chunks.sha256 }, options };
  const outcome = await doStep(store, step, SplitResult, async () => {
    const all = await readJsonLines(store, chunks, Chunk, signal);
    const keepGroups = all.length < MANY ? undefined : (find: () => Promise<number[]>) => groupsOf(store, chunks, find);
    const { split, by, trainDocuments, validationDocuments, leakage } = await splitChunks(all, options, {
      signal,
      keepGroups,
    });
    return { split: await putJson(store, split), by, trainDocuments, validationDocuments, leakage };
  });
  return { ...outcome, summary: describe(outcome.output) };
}

async function groupsOf(store: ArtifactStore, chunks: ArtifactRef, find: () => Promise<number[]>): Promise<number[]> {
  const step = { name: 'near-duplicates', version: 1, inputs: { chunks: chunks.sha256 } };
  const { output } = await doStep(store, step, ArtifactRef, async () => putJson(store, await find()));
  return readJson(store, output, z.array(z.number().int()));
}

function describe({ by, trainDocuments, validationDocuments, leakage }: SplitResult): string {
  const overlap = leakage > 0 ? `${(leakage * 100).toFixed(1)} % near-duplicates` : 'no overlap found';
  if (by === 'chunks') return `by chunks, not by document; ${overlap}`;
  return `${counted(trainDocuments, 'document')} for training, ${validationDocuments} for validation; ${overlap}`;
}
