import { join } from 'node:path';
import { retryingStore } from '../../core/artifacts/retrying-store.ts';
import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import { MergeScore } from '../../core/contracts/recipe.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { openEncoderProcess } from '../../core/encoder/process/encoder-process.ts';
import { rankingScore } from '../../core/retrieval/ranking-score.ts';
import { mergeModels } from '../../core/training/recipe/merge-models.ts';
import { readDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { encoderOptions } from '../runtime/models.ts';
import { type ClosableEncoder, openBaseEncoder } from '../runtime/stored-encoder.ts';

type Questions = {
  /** JSON of `QADataset`. */
  development: ArtifactRef;
  /** JSON of `QADataset`. */
  general?: ArtifactRef | undefined;
  options: Pick<TrainingOptions, 'maxLength' | 'prompts'>;
};

type ScoredQuestions = Questions & {
  /** For the progress. */
  note: string;
};

type Merge = {
  /** Folders of the base model and of what was trained from it. */
  baseFolder: string;
  outputFolder: string;
  /** Share of the tuned model. */
  merge: number;
};

/** Evaluates the base model on the questions by which recipes are compared. Reused for the same model and data. */
export async function scoreBase(
  context: StepContext,
  input: Questions & { base: BaseModel },
): Promise<StepResult<MergeScore>> {
  const { base, development, general, options } = input;
  const { maxLength, prompts } = options;
  const step = {
    name: 'score-base',
    version: 2,
    inputs: {
      base: base.sha256,
      development: development.sha256,
      ...(general && { general: general.sha256 }),
    },
    options: { maxLength, prompts },
  };
  const outcome = await doStep(context.store, step, MergeScore, async () => ({
    merge: 0,
    ...(await scoreModel(context, await openBaseEncoder(context, base, options), { ...input, note: 'base model' })),
  }));
  return { ...outcome, summary: `base nDCG@10 ${outcome.output.development.ndcg.toFixed(3)}` };
}

/**
 * Evaluates what a trial has trained, merged with the base. As in training, a store that is away does not end the
 * attempt.
 */
export async function scoreMerge(context: StepContext, input: Merge & ScoredQuestions): Promise<MergeScore> {
  const { baseFolder, outputFolder, merge } = input;
  const { store, scratch, signal, measure } = context;
  const folder = merge === 1 ? outputFolder : join(scratch, 'merged');
  if (merge !== 1) await mergeModels(baseFolder, outputFolder, folder, { merge, onnx: false });
  // Not kept: most trials are for one comparison.
  const encoder = await openEncoderProcess(folder, await encoderOptions(context, input.options));
  const retrying = retryingStore(store, { signal, measure });
  return { merge, ...(await scoreModel({ ...context, store: retrying }, encoder, input)) };
}

async function scoreModel(
  context: StepContext,
  encoder: ClosableEncoder,
  { development, general, note }: ScoredQuestions,
): Promise<Omit<MergeScore, 'merge'>> {
  const score = async (dataset: ArtifactRef) =>
    rankingScore(encoder, await readDataset(context.store, dataset), (done, total) =>
      context.progress({ done, total, unit: 'texts', note }),
    );
  try {
    return { development: await score(development), ...(general && { general: await score(general) }) };
  } finally {
    await encoder.close();
  }
}
