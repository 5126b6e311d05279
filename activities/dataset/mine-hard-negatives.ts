import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import { type MiningOptions, type MiningReport, MiningResult } from '../../core/contracts/mining.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { seeded } from '../../core/primitives/random.ts';
import { addHardNegatives } from '../../core/retrieval/mine-hard-negatives.ts';
import { putDataset, readDataset } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { openBaseEncoder } from '../runtime/stored-encoder.ts';

type Input = {
  base: BaseModel;
  /** JSON of `QADataset`: the training data. */
  dataset: ArtifactRef;
  options: MiningOptions;
  /** The length limit and prompts with which the base model embeds, and the seed of `options.share`. */
  training: Pick<TrainingOptions, 'maxLength' | 'prompts' | 'seed'>;
};

/**
 * Mines hard negatives for the training questions with the base model. Stores a copy of the dataset with
 * `hard_negatives`. Reused for the same model, dataset and options.
 * @throws Fault `input` if the files of the model have changed.
 */
export async function mineHardNegatives(
  context: StepContext,
  { base, dataset, options, training }: Input,
): Promise<StepResult<MiningResult>> {
  const { store } = context;
  const { maxLength, prompts, seed } = training;
  const step = {
    name: 'mine-hard-negatives',
    version: 1,
    inputs: { base: base.sha256, dataset: dataset.sha256 },
    options: { ...options, maxLength, prompts, seed },
  };
  const outcome = await doStep(store, step, MiningResult, async () => {
    const encoder = await openBaseEncoder(context, base, training);
    try {
      const mined = await addHardNegatives(encoder, await readDataset(store, dataset), {
        options,
        random: seeded(seed),
        onProgress: (done, total) => context.progress({ done, total, unit: 'texts', note: 'hard negatives' }),
      });
      return { dataset: await putDataset(store, mined.dataset), report: mined.report };
    } finally {
      await encoder.close();
    }
  });
  return { ...outcome, summary: describe(outcome.output.report) };
}

function describe({ negatives, queries, without, candidates, nearPositive }: MiningReport): string {
  const near = candidates === 0 ? 0 : (100 * nearPositive) / candidates;
  const missing = without > 0 ? `, none for ${without.toLocaleString('en')}` : '';
  return `${counted(negatives, 'hard negative')} for ${counted(queries, 'question')}${missing}; ${near.toFixed(0)} % of the candidates were too similar to the answer`;
}
