import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { embeddingDimension } from '../architectures/index.ts';
import { writeOnnx } from '../export/onnx-folder.ts';
import { writeDefaultModules } from './default-modules.ts';
import { encodeFloats } from './floats.ts';
import { writeMaxLength } from './max-length.ts';
import { readModelFolder } from './model-folder.ts';
import { type Prompts, writePrompts } from './prompts.ts';
import { writeQueryAdapter } from './query-adapter.ts';
import { writeSafetensors } from './safetensors.ts';
import { ModelWeights } from './weights.ts';

/** What differs from the base model. Default for each: as in the base model. */
export interface TunedParts {
  /**
   * Values of a parameter by Hugging Face name. Tensors that are no parameters (a pooler, buffers) are copied
   * unchanged.
   */
  readonly tuned?: (name: string) => Promise<Float32Array> | Float32Array;
  /** Prompts that are put before texts. */
  readonly prompts?: Pick<Prompts, 'query' | 'passage'>;
  /** Tokens to which texts are truncated, special tokens included. */
  readonly maxLength?: number | undefined;
  /** A linear map of query embeddings, [dimension, dimension]; see query-adapter.ts. */
  readonly queryAdapter?: Float32Array;
  /** Whether `onnx/model.onnx` is written too; default true. */
  readonly onnx?: boolean | undefined;
}

/**
 * Other forms of the weights and the model card would be those of the base model; hidden files belong to the
 * downloader.
 */
const NOT_COPIED =
  /^\.|^README\.md$|\.(safetensors|bin|h5|msgpack|ot|onnx|onnx_data(_\d+)?|gguf|pt|pth|ckpt|pkl|pickle|tflite)$/i;

/**
 * Writes a tuned model as a complete sentence-transformers folder with `onnx/model.onnx`: the files of the base folder
 * beside its weights, and `model.safetensors` with the same tensors under the same names and in the same types.
 * `target` appears only when it is complete; an existing folder is replaced.
 * @returns SHA-256 of the file with the trained weights: `model.safetensors`, or that of the query adapter.
 */
export async function saveModel(
  base: string,
  target: string,
  { tuned, prompts, maxLength, queryAdapter, onnx = true }: TunedParts,
): Promise<string> {
  const draft = `${target}.partial`;
  await rm(draft, { recursive: true, force: true });
  await copyFiles(base, draft);
  const model = await readModelFolder(base);
  if (model.poolingIsDefault) await writeDefaultModules(draft, model.pooling, model.encoder.hidden);
  if (prompts) await writePrompts(draft, prompts);
  if (maxLength) await writeMaxLength(draft, maxLength);
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
  if (queryAdapter) sha256 = await writeQueryAdapter(draft, queryAdapter, embeddingDimension(model.encoder));
  if (onnx) await writeOnnx(draft);
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
  return sha256;
}

/** Links to files are followed, because the cache of a hub consists of them; links to folders are not. */
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
