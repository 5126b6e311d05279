import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import { ScaleCalibration } from '../../core/contracts/recipe.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { pairsOf } from '../../core/dataset/pairs.ts';
import { calibrateScale as calibrate } from '../../core/training/recipe/calibrate-scale.ts';
import { publishedScale } from '../../core/training/recipe/published-scales.ts';
import { readDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { openBaseEncoder } from '../runtime/stored-encoder.ts';

type Input = {
  base: BaseModel;
  /** JSON of `QADataset`: the training data. */
  dataset: ArtifactRef;
  options: Omit<TrainingOptions, 'learningRate' | 'scale'>;
};

/**
 * Finds the scale of the ranking loss that fits the base model's cosines on a sample of the training pairs. Reused for
 * the same model, dataset, options and published scale.
 * @throws Fault `input` if the files of the model have changed.
 */
export async function calibrateScale(
  context: StepContext,
  { base, dataset, options }: Input,
): Promise<StepResult<ScaleCalibration>> {
  const { batchSize, negativesPerQuery, symmetric, falseNegativeMargin, seed, maxLength, prompts } = options;
  const published = publishedScale(base.name);
  const step = {
    name: 'calibrate-scale',
    version: 4,
    inputs: { base: base.sha256, dataset: dataset.sha256 },
    // The name of a model changes nothing else.
    options: {
      ...{ batchSize, negativesPerQuery, symmetric, falseNegativeMargin, seed, maxLength, prompts },
      published: published?.scale,
    },
  };
  const outcome = await doStep(context.store, step, ScaleCalibration, async () => {
    const encoder = await openBaseEncoder(context, base, options);
    try {
      const pairs = pairsOf(await readDataset(context.store, dataset));
      return await calibrate(encoder, pairs, { ...options, published: published?.scale }, (done, total) =>
        context.progress({ done, total, unit: 'texts', note: 'calibrating the scale' }),
      );
    } finally {
      await encoder.close();
    }
  });
  const output = { ...outcome.output, published };
  return { ...outcome, output, summary: describe(output) };
}

function describe({ scale, mostLikely, published }: ScaleCalibration): string {
  const from = published ? `; published for ${published.family}: ${published.scale}` : '';
  return `scale ${scale} (most likely ${mostLikely}${from})`;
}
