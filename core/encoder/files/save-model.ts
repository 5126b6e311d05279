import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rowWidth } from '../architectures/index.ts';
import { writeOnnx } from '../export/onnx-folder.ts';
import { encodeFloats } from './floats.ts';
import { readModelFolder } from './model-folder.ts';
import { type Prompts, writePrompts } from './prompts.ts';
import { writeQueryAdapter } from './query-adapter.ts';
import { writeSafetensors } from './safetensors.ts';
import { ModelWeights } from './weights.ts';

/** What differs from the base model. */
export interface TunedParts {
  /** Trained parameters by Hugging Face name; tensors that have none (a pooler, buffers) are carried through unchanged, as are all by default. */
  readonly tuned?: (name: string) => Promise<Float32Array> | Float32Array;
  /** What stands before texts. */
  readonly prompts?: Pick<Prompts, 'query' | 'passage'>;
  /** A map of the queries' rows, [hidden, hidden]. */
  readonly queryAdapter?: Float32Array;
}

/** Weights in any other form would be the base model's; so would its model card, and hidden files are the downloader's. */
const NOT_COPIED =
  /^\.|^README\.md$|\.(safetensors|bin|h5|msgpack|ot|onnx|onnx_data(_\d+)?|gguf|pt|pth|ckpt|pkl|pickle|tflite)$/i;

/**
 * Writes a tuned model as a whole sentence-transformers folder plus `onnx/model.onnx`: what the base folder holds beside weights, and
 * `model.safetensors` with the same tensors under the same names and in the same types. It appears at `target` complete or not at all.
 * @returns SHA-256 of the file of trained weights: `model.safetensors`, or that of the query adapter.
 */
export async function saveModel(
  base: string,
  target: string,
  { tuned, prompts, queryAdapter }: TunedParts,
): Promise<string> {
  const draft = `${target}.partial`;
  await rm(draft, { recursive: true, force: true });
  await copyFiles(base, draft);
  if (prompts) await writePrompts(draft, prompts);
  const model = await readModelFolder(base);
  const weights = await ModelWeights.open(model.weightsFile, model.encoder);
  let sha256 = '';
  try {
    for (const [module, file] of weights.files) {
      const inFile = [...weights.tensors].filter(([, info]) => info.module === module);
      const parameterOf = new Map(inFile.map(([parameter, { name }]) => [name, parameter]));
      const tensors = [...file.tensors.values()].map((info) => ({
        ...info,
        bytes: async () => {
          const parameter = parameterOf.get(info.name);
          const type = parameter && weights.tensors.get(parameter)?.dtype;
          return type && tuned ? encodeFloats(await tuned(parameter), type) : file.read(info.name);
        },
      }));
      const digest = await writeSafetensors(join(draft, module, 'model.safetensors'), tensors, file.metadata);
      if (module === '') sha256 = digest;
    }
  } finally {
    await weights.close();
  }
  if (queryAdapter) sha256 = await writeQueryAdapter(draft, queryAdapter, rowWidth(model.encoder));
  await writeOnnx(draft);
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  return sha256;
}

/** Links are followed, as a hub's cache is made of them; a link to a folder is not. */
async function copyFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    const path = source.slice(join(from, '/').length);
    if (entry.isDirectory() || path.split(/[\\/]/).some((part) => NOT_COPIED.test(part))) continue;
    if (!(await stat(source)).isFile()) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(source, join(to, path));
  }
}
