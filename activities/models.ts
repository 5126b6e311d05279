import { access } from 'node:fs/promises';
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

/** A tuned model's folder on this machine, fetched from the store once. */
export async function openTuned(context: StepContext, model: TunedModel): Promise<string> {
  const folder = join(context.cache, 'tuned', model.sha256);
  const complete = join(folder, '.complete');
  if (
    await access(complete).then(
      () => true,
      () => false,
    )
  )
    return folder;
  for (const { path, ref } of model.files) await context.store.fetchObject(ref, join(folder, path));
  await context.store.fetchObject(await context.store.putObject(new Uint8Array()), complete);
  return folder;
}
