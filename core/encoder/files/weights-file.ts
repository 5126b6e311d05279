import { access, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../contracts/fault.ts';

/**
 * The one file of weights that can be read: `model.safetensors`.
 * @throws Fault `input` saying what the folder holds instead.
 */
export async function findWeights(folder: string, otherwise: string): Promise<string> {
  const file = join(folder, 'model.safetensors');
  if (await exists(file)) {
    await refusePointer(file);
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
  throw new Fault('input', `${file} is missing.`, otherwise);
}

/** What transformers would load on top of the weights, or below them; without it the rows would be those of another model. */
export async function refuseAdapter(folder: string): Promise<void> {
  const file = join(folder, 'adapter_config.json');
  if (await exists(file))
    throw new Fault(
      'input',
      `${file} makes this a PEFT adapter, not a whole model.`,
      'Merge the adapter into its base model (merge_and_unload) and save that.',
    );
}

/** What `git clone` leaves where Git LFS is not set up. */
async function refusePointer(file: string): Promise<void> {
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
