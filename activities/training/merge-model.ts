import { join } from 'node:path';
import { doStep } from '../../core/artifacts/step.ts';
import { type BaseModel, TunedModel } from '../../core/contracts/model.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { mergeModels } from '../../core/training/recipe/merge-models.ts';
import type { StepContext } from '../runtime/context.ts';
import { openBase, openTuned, putTuned, tunedHash } from '../runtime/models.ts';

type Input = {
  base: BaseModel;
  tuned: TunedModel;
  /** Share of the tuned model in the weights. */
  merge: number;
};

/**
 * Interpolates the weights of the tuned model with those of the base. Stores the files of the merged model. Reused for
 * the same models and share.
 * @throws Fault `lost` if a file of the tuned model is missing in the store.
 */
export async function mergeModel(context: StepContext, { base, tuned, merge }: Input): Promise<StepResult<TunedModel>> {
  const { store, scratch } = context;
  const inputs = { base: base.sha256, tuned: tunedHash(tuned.files) };
  const step = { name: 'merge-model', version: 1, inputs, options: { merge } };
  const outcome = await doStep(store, step, TunedModel, async () => {
    const target = join(scratch, 'merged');
    await mergeModels(await openBase(context, base), await openTuned(context, tuned), target, { merge });
    return putTuned(store, target);
  });
  return { ...outcome, summary: `${Math.round(100 * merge)} % of the tuned model, the rest of the base` };
}
