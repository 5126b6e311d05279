import { z } from 'zod';
import { doStep } from '../../core/artifacts/step.ts';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import { Development } from '../../core/contracts/recipe.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { developmentSplit } from '../../core/training/recipe/development-set.ts';
import { putDataset, readDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';

type Input = {
  /** JSON of `QADataset`: the training data. */
  dataset: ArtifactRef;
  seed: number;
};

/** Empty if the dataset has too few questions to hold some out. */
const HeldOutDevelopment = z.object({
  split: z
    .object({
      /** JSON of `QADataset`: what trials train on. */
      train: ArtifactRef,
      /** JSON of `QADataset`: what they are compared on. */
      development: ArtifactRef,
      counts: Development,
    })
    .optional(),
});
type HeldOutDevelopment = z.infer<typeof HeldOutDevelopment>;

/** Holds out training questions by which recipes are compared. Reused for the same dataset and seed. */
export async function holdOutDevelopment(
  { store }: StepContext,
  { dataset, seed }: Input,
): Promise<StepResult<HeldOutDevelopment>> {
  const step = { name: 'hold-out-development', version: 2, inputs: { dataset: dataset.sha256 }, options: { seed } };
  const outcome = await doStep(store, step, HeldOutDevelopment, async () => {
    const split = developmentSplit(await readDataset(store, dataset), seed);
    if (!split) return {};
    const { train, development } = split;
    const counts = {
      questions: Object.keys(development.queries).length,
      passages: Object.keys(development.corpus).length,
    };
    return {
      split: { train: await putDataset(store, train), development: await putDataset(store, development), counts },
    };
  });
  const { split } = outcome.output;
  const summary = split
    ? `${counted(split.counts.questions, 'development question')} among ${counted(split.counts.passages, 'passage')}`
    : 'too few questions to compare recipes';
  return { ...outcome, summary };
}
