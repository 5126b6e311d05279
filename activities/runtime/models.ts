import { join } from 'node:path';
import type { ArtifactFolder } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { BaseModel, TunedModel } from '../../core/contracts/model.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { isObjectLocation, resolveObjectLocation } from '../../core/corpus/sources/object-location.ts';
import { chooseDevice } from '../../core/devices/choose-device.ts';
import type { EncoderOptions } from '../../core/encoder/encoder.ts';
import { modelHash } from '../../core/hub/model-files.ts';
import { type PulledModel, type PullModelOptions, pullModel } from '../../core/hub/pull-model.ts';
import { putFolder } from './artifacts.ts';
import type { StepContext } from './context.ts';

/**
 * The folder of a pinned base model on this machine; downloaded if this worker does not have it.
 * @throws Fault `input` if the files do not have the pinned hash any more.
 */
export async function openBase(context: StepContext, base: BaseModel): Promise<string> {
  const pulled = await pull(context, base.revision === 'local' ? base.name : `${base.name}${pin(base)}`);
  if (pulled.sha256 !== base.sha256) {
    throw new Fault(
      'input',
      `The files of the model ${base.name} have changed since the run began.`,
      'Start a new run to use the changed model.',
    );
  }
  return pulled.folder;
}

/** Finds a model by the name that the user gave, and downloads it if needed. @throws Fault as `pullModel` */
export async function pull(
  context: StepContext,
  name: string,
  retry?: PullModelOptions['retry'],
): Promise<PulledModel> {
  if (isObjectLocation(name)) return pullFromBucket(context, name);
  return pullModel(name, {
    cache: context.models,
    baseDir: context.base,
    roots: [...context.roots],
    signal: context.signal,
    onProgress: context.progress,
    retry,
  });
}

/** A model in a bucket of the worker's document roots, or one that a run wrote to the worker's own store. */
async function pullFromBucket({ models, roots, store, signal }: StepContext, uri: string) {
  resolveObjectLocation(uri, [...roots.filter(isObjectLocation), `${store.uri}/runs`], 'model');
  const { fetchFolder } = await import('../../core/artifacts/s3/fetch-folder.ts');
  const folder = await fetchFolder(uri, join(models, 's3'), signal);
  return { ...(await pullModel(folder, { cache: models })), name: uri };
}

function pin({ name, revision }: BaseModel): string {
  return name.startsWith('pypi:') ? `==${revision}` : `@${revision}`;
}

/** Stores the folder of a tuned model. */
export async function putTuned(store: ArtifactStore, folder: string): Promise<TunedModel> {
  const files = await putFolder(store, folder);
  return { files, sha256: tunedHash(files) };
}

/** Hash of everything that the embeddings of a tuned model depend on. */
export function tunedHash(files: ArtifactFolder): string {
  return modelHash(
    files.filter(({ path }) => isEmbeddedWith(path)).map(({ path, ref }) => ({ path, sha256: ref.sha256 })),
  );
}

/** Whether embedding with `model.safetensors` may read a file. */
function isEmbeddedWith(path: string): boolean {
  return !path.startsWith('onnx/');
}

/** Writes the files of a tuned model that embedding needs into the scratch folder. @throws Fault `lost` */
export async function openTuned({ store, scratch }: StepContext, { files }: TunedModel): Promise<string> {
  const folder = join(scratch, 'tuned');
  for (const { path, ref } of files) {
    if (isEmbeddedWith(path)) await store.fetchObject(ref, join(folder, path));
  }
  return folder;
}

/**
 * Options of the encoder of a step: the run's length limit and prompts, and the worker's device and threads.
 * @throws Fault `config` if the worker's device does not work.
 */
export async function encoderOptions(
  { signal, threads, device }: StepContext,
  { maxLength, prompts: { query, passage } = {} }: Partial<Pick<TrainingOptions, 'maxLength' | 'prompts'>>,
): Promise<EncoderOptions & { signal: AbortSignal }> {
  const prompts = { ...(query !== undefined && { query }), ...(passage !== undefined && { passage }) };
  return {
    signal,
    device: await chooseDevice(device ?? 'cpu'),
    ...(maxLength && { maxLength }),
    ...(Object.keys(prompts).length > 0 && { prompts }),
    ...(threads && { threads }),
  };
}
