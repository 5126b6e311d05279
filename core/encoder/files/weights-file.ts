import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../contracts/fault.ts';

/**
 * Finds `model.safetensors`, the only file of weights that is supported.
 * @param advice What to do if the folder has no weights at all, as a sentence.
 * @throws Fault `input` saying what the folder has instead.
 */
export async function findWeights(folder: string, advice: string): Promise<string> {
  const file = join(folder, 'model.safetensors');
  if (await exists(file)) {
    await rejectPointer(file);
    return file;
  }
  if (await exists(join(folder, 'model.safetensors.index.json')))
    throw new Fault(
      'input',
      `${folder} keeps its weights in several files.`,
      'Save the model as one model.safetensors.',
    );
  for (const pickled of ['pytorch_model.bin', 'pytorch_model.bin.index.json'])
    if (await exists(join(folder, pickled)))
      throw new Fault(
        'input',
        `${folder} has only pickled weights (${pickled}), which can run code when they are read.`,
        'Use a revision of the model that has model.safetensors, or convert it where you trust it.',
      );
  throw new Fault('input', `${file} is missing.`, advice);
}

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
