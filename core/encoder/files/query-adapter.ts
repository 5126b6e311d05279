import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../contracts/fault.ts';
import { decodeFloats, encodeFloats } from './floats.ts';
import { readJson } from './read-json.ts';
import { SafetensorsFile, writeSafetensors } from './safetensors.ts';

/*
 * A linear map of query embeddings, as the last module of a sentence-transformers folder: a Router whose query route is
 * a Dense layer without bias, and whose document route changes nothing. Embeddings of passages stay the same, so an
 * index of them remains valid.
 */

const FOLDER = '3_Router';
const DENSE = 'query_0_Dense';
const TENSOR = 'linear.weight';
const MODULES = 'sentence_transformers.models';
const ROUTER = {
  types: {
    [DENSE]: `${MODULES}.Dense`,
    query_1_Normalize: `${MODULES}.Normalize`,
    document_0_Normalize: `${MODULES}.Normalize`,
  },
  structure: { query: [DENSE, 'query_1_Normalize'], document: ['document_0_Normalize'] },
  // `encode`, which does not know what kind of text it gets, treats it as a passage.
  parameters: { default_route: 'document', allow_empty_key: true },
};

const Structure = z.object({ structure: z.object({ query: z.array(z.string()), document: z.array(z.string()) }) });

/**
 * Adds the adapter to a model folder.
 * @param matrix [width, width]: the embedding q of a query becomes `matrix` q, normalised.
 * @returns SHA-256 of the weights file of the adapter.
 */
export async function writeQueryAdapter(folder: string, matrix: Float32Array, width: number): Promise<string> {
  const router = join(folder, FOLDER);
  for (const path of [DENSE, ...ROUTER.structure.document, 'query_1_Normalize'])
    await mkdir(join(router, path), { recursive: true });
  await writeJson(join(router, 'router_config.json'), ROUTER);
  for (const path of ['query_1_Normalize', 'document_0_Normalize'])
    await writeJson(join(router, path, 'config.json'), {});
  await writeJson(join(router, DENSE, 'config.json'), {
    in_features: width,
    out_features: width,
    bias: false,
    activation_function: 'torch.nn.modules.linear.Identity',
  });
  const modulesFile = join(folder, 'modules.json');
  const modules: unknown[] = JSON.parse(await readFile(modulesFile, 'utf8'));
  const index = modules.length;
  await writeJson(modulesFile, [
    ...modules,
    { idx: index, name: String(index), path: FOLDER, type: `${MODULES}.Router` },
  ]);
  return writeSafetensors(join(router, DENSE, 'model.safetensors'), [
    { name: TENSOR, dtype: 'F32', shape: [width, width], bytes: () => encodeFloats(matrix, 'F32') },
  ]);
}

/**
 * Reads the adapter that `writeQueryAdapter` wrote.
 * @param router Folder of the Router module.
 * @returns [width, width].
 * @throws Fault `input` if the module is any other Router.
 */
export async function readQueryAdapter(router: string, width: number): Promise<Float32Array> {
  const file = join(router, 'router_config.json');
  const advice = 'Use a model without a Router, or one that Hone has trained.';
  const config = Structure.safeParse(await readJson(file, advice)).data;
  const structure = JSON.stringify(config?.structure);
  if (structure !== JSON.stringify(ROUTER.structure))
    throw new Fault('input', `${file} routes texts through ${structure ?? 'nothing'}, which is not supported.`, advice);
  const weights = await SafetensorsFile.open(join(router, DENSE, 'model.safetensors'));
  try {
    const info = weights.tensors.get(TENSOR);
    if (info?.dtype !== 'F32' || info.shape.join() !== `${width},${width}`)
      throw new Fault('input', `${router} has no linear map for embeddings of dimension ${width}.`, advice);
    return decodeFloats(await weights.read(TENSOR), 'F32');
  } finally {
    await weights.close();
  }
}

/**
 * Refuses a model with a query adapter as the base of a training: a second adapter has no place in the folder, and
 * weights that change under an adapter no longer fit it.
 * @param name of the model, as the user knows it.
 * @throws Fault `input`
 */
export function rejectQueryAdapter({ queryAdapter }: { queryAdapter?: unknown }, name: string): void {
  if (queryAdapter === undefined) return;
  throw new Fault(
    'input',
    `The model ${name} has a query adapter already, and cannot be trained further.`,
    'Train the model that the adapter was made for.',
  );
}

/** `matrix` · embedding, normalised to Euclidean length 1. */
export function adaptQuery(matrix: Float32Array, embedding: Float32Array): Float32Array {
  const width = embedding.length;
  const adapted = embedding.map((_, row) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (matrix[row * width + i] as number) * (embedding[i] as number);
    return sum;
  });
  const length = Math.hypot(...adapted);
  return adapted.map((value) => value / length);
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
