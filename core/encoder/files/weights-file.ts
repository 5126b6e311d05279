import { access, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Fault } from '../../contracts/fault.ts';
import { SafetensorsFile } from './safetensors.ts';
import type { TensorFile } from './tensor-file.ts';
import { TorchFile } from './torch/torch-file.ts';

/**
 * Finds the weights of a module: `model.safetensors`, or else `pytorch_model.bin`.
 * @param advice What to do if the folder has no weights at all, as a sentence.
 * @throws Fault `input` saying what the folder has instead.
 */
export async function findWeights(folder: string, advice: string): Promise<string> {
  for (const name of [SAFETENSORS, PICKLED]) {
    const file = join(folder, name);
    if (!(await exists(file))) continue;
    await rejectPointer(file);
    return file;
  }
  for (const name of [SAFETENSORS, PICKLED])
    if (await exists(join(folder, `${name}.index.json`)))
      throw new Fault(
        'input',
        `${folder} keeps its weights in several files.`,
        'Save the model as one model.safetensors.',
      );
  throw new Fault('input', `${join(folder, SAFETENSORS)} is missing.`, advice);
}

/**
 * Opens the weights of a module.
 * @throws Fault `input` as `findWeights`, or if the file is damaged or holds anything but weights.
 */
export async function openWeights(folder: string): Promise<TensorFile> {
  const file = await findWeights(folder, 'Download or save the model again.');
  return basename(file) === PICKLED ? TorchFile.open(file) : SafetensorsFile.open(file);
}

const SAFETENSORS = 'model.safetensors';
const PICKLED = 'pytorch_model.bin';

/**
 * Rejects a PEFT adapter, which transformers would apply to the weights: without it the embeddings would be those of
 * another model.
 * @throws Fault `input` if the folder has an adapter.
 */
export async function rejectAdapter(folder: string): Promise<void> {
  const file = join(folder, 'adapter_config.json');
  if (await exists(file))
    throw new Fault(
      'input',
      `${file} makes this a PEFT adapter, not a whole model.`,
      'Merge the adapter into its base model (merge_and_unload) and save that.',
    );
}

/** Rejects a Git LFS pointer, which `git clone` leaves in place of a file if Git LFS is not set up. */
async function rejectPointer(file: string): Promise<void> {
  const start = 'version https://git-lfs';
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(start.length), 0, start.length, 0).finally(() => handle.close());
  if (buffer.toString('latin1') === start)
    throw new Fault('input', `${file} is a Git LFS pointer, not the weights themselves.`, 'Fetch them: git lfs pull.');
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
