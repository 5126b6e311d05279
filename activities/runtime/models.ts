import { join } from 'node:path';
import { Fault } from '../../core/contracts/fault.ts';
import type { BaseModel, TunedModel } from '../../core/contracts/model.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { isObjectLocation, resolveObjectLocation } from '../../core/corpus/sources/object-location.ts';
import type { EncoderOptions } from '../../core/encoder/encoder.ts';
import { pullModel } from '../../core/hub/pull-model.ts';
import type { StepContext } from './context.ts';

/** The pinned base model as a folder on this machine, fetched again if this worker has never seen it. */
export async function openBase(context: StepContext, base: BaseModel): Promise<string> {
  const pulled = await pull(context, base.revision === 'local' ? base.name : `${base.name}${pin(base)}`);
  if (pulled.sha256 !== base.sha256) {
    throw new Fault(
      'input',
      `${base.name} is not the model this run began with: its files have changed.`,
      'Start a new run to use the changed model.',
    );
  }
  return pulled.folder;
}

/** Finds a model by the name the user gave it. */
export async function pull(context: StepContext, name: string): ReturnType<typeof pullModel> {
  if (isObjectLocation(name)) return pullFromBucket(context, name);
  return pullModel(name, {
    cache: context.models,
    baseDir: context.base,
    roots: [...context.roots],
    signal: context.signal,
    onProgress: context.progress,
  });
}

/** A model in a bucket that documents may come from, or one that was published in the worker's own store. */
async function pullFromBucket({ models, roots, store, signal }: StepContext, uri: string) {
  resolveObjectLocation(uri, [...roots.filter(isObjectLocation), `${store.uri}/runs`], 'model');
  const { fetchFolder } = await import('../../core/artifacts/s3/fetch-folder.ts');
  const folder = await fetchFolder(uri, join(models, 's3'), signal);
  return { ...(await pullModel(folder, { cache: models })), name: uri };
}

function pin({ name, revision }: BaseModel): string {
  return name.startsWith('pypi:') ? `==${revision}` : `@${revision}`;
}

/** What embedding needs of a tuned model, as a folder that goes with the attempt. */
export async function openTuned({ store, scratch }: StepContext, { files }: TunedModel): Promise<string> {
  const folder = join(scratch, 'tuned');
  for (const { path, ref } of files) {
    if (!path.startsWith('onnx/')) await store.fetchObject(ref, join(folder, path));
  }
  return folder;
}

/** How a step embeds: with the run's own cut and prompts, on this worker's threads, until the step is stopped. */
export function encoderOptions(
  { signal, threads }: StepContext,
  { maxLength, prompts }: Partial<Pick<TrainingOptions, 'maxLength' | 'prompts'>>,
): EncoderOptions & { signal: AbortSignal } {
  return { signal, ...(maxLength && { maxLength }), ...(prompts && { prompts }), ...(threads && { threads }) };
}
