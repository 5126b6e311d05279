import { dirname, join } from 'node:path';
import { Fault } from '../../contracts/fault.ts';
import { layerOf } from '../architectures/architecture.ts';
import type { Encoder, Shape } from '../architectures/index.ts';
import { areFinite, decodeFloats, FLOAT_TYPES, type FloatType } from './floats.ts';
import type { TensorFile, TensorInfo } from './tensor-file.ts';
import { openWeights } from './weights-file.ts';

interface ParameterTensor extends TensorInfo {
  readonly dtype: FloatType;
  /** Key of the file in `files`. */
  readonly module: string;
}

/**
 * The parameters of a model in its files of weights. Those of the transformer are in one file, under their Hugging
 * Face names with or without the prefix of a larger model; those of each Dense module are in a file of their own.
 */
export class ModelWeights {
  /** By folder of the module; that of the transformer is ''. */
  readonly files: ReadonlyMap<string, TensorFile>;
  /** By name of the parameter. */
  readonly tensors: ReadonlyMap<string, ParameterTensor>;

  private constructor(files: ReadonlyMap<string, TensorFile>, tensors: ReadonlyMap<string, ParameterTensor>) {
    this.files = files;
    this.tensors = tensors;
  }

  /**
   * @param path Path of the transformer's file.
   * @throws Fault `input` naming every parameter that is missing, has another shape than the configuration says, or
   *   exists although the configuration does not have it. transformers ignores the latter, but a model without some of
   *   its layers is another model.
   */
  static async open(
    path: string,
    encoder: Pick<Encoder, 'parameters' | 'prefix' | 'layers' | 'projections'>,
  ): Promise<ModelWeights> {
    const files = new Map<string, TensorFile>();
    try {
      for (const module of ['', ...(encoder.projections ?? []).map(({ name }) => name)])
        files.set(module, await openWeights(join(dirname(path), module)));
      return new ModelWeights(files, matchParameters(files, encoder, path));
    } catch (error) {
      for (const file of files.values()) await file.close();
      throw error;
    }
  }

  /** Values of a parameter, row-major. @throws Fault `input` if one is NaN or infinite. */
  async read(parameter: string): Promise<Float32Array<ArrayBuffer>> {
    const info = this.tensors.get(parameter);
    const file = info && this.files.get(info.module);
    if (!file) throw new Error(`the model has no parameter ${parameter}`);
    const values = decodeFloats(await file.read(info.name), info.dtype);
    if (areFinite(values)) return values;
    throw new Fault(
      'input',
      `${info.name} in ${file.path} holds ${values.some(Number.isNaN) ? 'values that are not numbers (NaN)' : 'infinite values'}.`,
      'Use an intact copy of the model; a training that diverged leaves such weights.',
    );
  }

  async close(): Promise<void> {
    for (const file of this.files.values()) await file.close();
  }
}

/** Finds the tensor of each parameter. */
function matchParameters(
  files: ReadonlyMap<string, TensorFile>,
  { parameters, prefix, layers }: Pick<Encoder, 'parameters' | 'prefix' | 'layers'>,
  path: string,
): Map<string, ParameterTensor> {
  const details: string[] = [];
  const tensors = new Map<string, ParameterTensor>();
  for (const [name, shape] of parameters) {
    const module = [...files.keys()].find((key) => key !== '' && name.startsWith(`${key}.`)) ?? '';
    const inFile = files.get(module)?.tensors;
    const nameInFile = module === '' ? name : name.slice(module.length + 1);
    const info = inFile?.get(nameInFile) ?? inFile?.get(`${prefix}${nameInFile}`);
    if (!info) details.push(`${name} is missing`);
    else if (info.shape.join() !== shape.join())
      details.push(`${info.name} is [${info.shape.join(', ')}], but config.json says [${shape.join(', ')}]`);
    else if (!isFloat(info.dtype))
      details.push(`${info.name} is stored as ${info.dtype}, not as ${FLOAT_TYPES.join(', ')}`);
    else tensors.set(name, { ...info, dtype: info.dtype, module });
  }
  for (const name of files.get('')?.tensors.keys() ?? []) {
    const contradiction = unexpected(name.startsWith(prefix) ? name.slice(prefix.length) : name, parameters, layers);
    if (contradiction) details.push(`${name} exists, but config.json says ${contradiction}`);
  }
  if (details.length === 0) return tensors;
  throw new Fault(
    'input',
    `${path} does not hold the weights that config.json describes: ${details[0]}${details.length > 1 ? `, and ${details.length - 1} more` : ''}.`,
    'Put the configuration and the weights of the same model together.',
    { details },
  );
}

/**
 * Why a tensor that is not a parameter contradicts the configuration; undefined if it does not, as for a pooler, a head
 * or buffers.
 */
function unexpected(name: string, parameters: ReadonlyMap<string, Shape>, layers: number): string | undefined {
  if (parameters.has(name)) return undefined;
  if ((layerOf(name) ?? 0) >= layers) return `there are ${layers} layers`;
  return name.endsWith('.bias') && parameters.has(name.replace(/bias$/, 'weight')) ? 'it has no bias' : undefined;
}

function isFloat(dtype: string): dtype is FloatType {
  return (FLOAT_TYPES as readonly string[]).includes(dtype);
}
