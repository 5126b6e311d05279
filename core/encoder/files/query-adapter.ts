import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../contracts/fault.ts';
import { decodeFloats, encodeFloats } from './floats.ts';
import { readJson } from './read-json.ts';
import { SafetensorsFile, writeSafetensors } from './safetensors.ts';

/*
 * A linear map of the queries' rows alone, as the last module of a sentence-transformers folder: a Router whose query side is a Dense layer without
 * bias, and whose document side changes nothing. Passages keep their rows, so an index of them stays good.
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
  // `encode`, which does not know which side a text is on, takes it for a passage.
  parameters: { default_route: 'document', allow_empty_key: true },
};

const Structure = z.object({ structure: z.object({ query: z.array(z.string()), document: z.array(z.string()) }) });

/**
 * Adds the adapter to a model folder.
 * @param matrix [width, width]: a query's row q becomes `matrix` q, normalised.
 * @returns SHA-256 of the file that holds it.
 */
export async function writeQueryAdapter(folder: string, matrix: Float32Array, width: number): Promise<string> {
  const router = join(folder, FOLDER);
  for (const path of [DENSE, ...ROUTER.structure.document, 'query_1_Normalize'])
    await mkdir(join(router, path), { recursive: true });
  await writeJson(join(router, 'router_config.json'), ROUTER);
  for (const path of ['query_1_Normalize', 'document_0_Normalize'])
    await writeJson(join(router, path, 'config.json'), {});
  await writeJson(join(router, DENSE, 'config.json'), {
    ...{ in_features: width, out_features: width, bias: false },
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
 * The adapter that `writeQueryAdapter` put into a Router module's folder.
 * @throws Fault `input` if the Router is another.
 */
export async function readQueryAdapter(router: string, width: number): Promise<Float32Array> {
  const file = join(router, 'router_config.json');
  const advice = 'Use a model without a Router, or one that Hone has trained.';
  const config = Structure.safeParse(await readJson(file, advice)).data;
  const sides = JSON.stringify(config?.structure);
  if (sides !== JSON.stringify(ROUTER.structure))
    throw new Fault('input', `${file} routes texts through ${sides ?? 'nothing'}, which is not supported.`, advice);
  const weights = await SafetensorsFile.open(join(router, DENSE, 'model.safetensors'));
  try {
    const info = weights.tensors.get(TENSOR);
    if (info?.dtype !== 'F32' || info.shape.join() !== `${width},${width}`)
      throw new Fault('input', `${router} holds no map of rows of ${width} numbers.`, advice);
    return decodeFloats((await weights.read(TENSOR)) as Buffer<ArrayBuffer>, 'F32');
  } finally {
    await weights.close();
  }
}

/** `matrix` · row, of Euclidean length 1. */
export function adaptQuery(matrix: Float32Array, row: Float32Array): Float32Array {
  const width = row.length;
  const turned = row.map((_, at) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += matrix[at * width + i] * row[i];
    return sum;
  });
  const length = Math.hypot(...turned);
  return turned.map((value) => value / length);
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
