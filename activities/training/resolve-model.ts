import { doStep } from '../../core/artifacts/step.ts';
import { BaseModel } from '../../core/contracts/model.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { inspectModel } from '../../core/encoder/files/inspect-model.ts';
import type { StepContext } from '../runtime/context.ts';
import { pull } from '../runtime/models.ts';

/** Pins the base model the user named to exact bytes. */
export async function resolveModel(context: StepContext, { model }: { model: string }): Promise<StepResult<BaseModel>> {
  const started = performance.now();
  const { folder, name, revision, sha256 } = await pull(context, model);
  const step = { name: 'resolve-model', version: 1, inputs: { sha256 }, options: { name, revision } };
  const outcome = await doStep(context.store, step, BaseModel, async () => {
    const { maxTokens, dimension, pooling } = await inspectModel(folder);
    return { name, revision, sha256, maxTokens, dimension, pooling };
  });
  const { maxTokens, dimension } = outcome.output;
  return {
    ...outcome,
    seconds: (performance.now() - started) / 1000,
    summary: `${name} (${shortened(revision)}), ${dimension} dimensions, up to ${maxTokens} tokens`,
  };
}

/** Commits are long and known by their beginning; other revisions are names. */
function shortened(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision;
}
