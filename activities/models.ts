import { join } from 'node:path';
import { Fault } from '../core/contracts/fault.ts';
import type { BaseModel, TunedModel } from '../core/contracts/model.ts';
import { pullModel } from '../core/hub/pull-model.ts';
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
export function pull(context: StepContext, name: string): ReturnType<typeof pullModel> {
  return pullModel(name, {
    cache: context.models,
    baseDir: context.base,
    roots: [...context.roots],
    signal: context.signal,
    onProgress: context.progress,
  });
}

function pin({ name, revision }: BaseModel): string {
  if (name.includes('@') || name.includes('==')) return '';
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
