import { dirname, join } from 'node:path';
import { Fault } from '../../contracts/fault.ts';
import { layerOf } from '../architectures/architecture.ts';
import type { Encoder, Shape } from '../architectures/index.ts';
import { areFinite, decodeFloats, FLOAT_TYPES, type FloatType } from './floats.ts';
import { SafetensorsFile, type TensorInfo } from './safetensors.ts';

interface ParameterTensor extends TensorInfo {
  readonly dtype: FloatType;
  /** Which of `files` holds it. */
  readonly module: string;
}

/**
 * A model's parameters inside safetensors files: the transformer's under their Hugging Face names with or without the prefix of a larger model,
 * those of modules behind it in files of their own.
 */
export class ModelWeights {
  /** By the folder of the module; the transformer's is ''. */
  readonly files: ReadonlyMap<string, SafetensorsFile>;
  /** Parameter -> the tensor that holds it. */
  readonly tensors: ReadonlyMap<string, ParameterTensor>;

  private constructor(files: ReadonlyMap<string, SafetensorsFile>, tensors: ReadonlyMap<string, ParameterTensor>) {
    this.files = files;
    this.tensors = tensors;
  }

  /**
   * @param path Of the transformer's file.
   * @throws Fault `input` naming every parameter that is missing, of another shape than the configuration says, or there although by the
   * configuration it should not be: transformers leaves out what it has no place for, but a model without some of its layers is another one.
   */
  static async open(
    path: string,
    encoder: Pick<Encoder, 'parameters' | 'prefix' | 'layers' | 'projections'>,
  ): Promise<ModelWeights> {
    const files = new Map<string, SafetensorsFile>();
    try {
      for (const module of ['', ...(encoder.projections ?? []).map(({ name }) => name)])
        files.set(module, await SafetensorsFile.open(join(dirname(path), module, 'model.safetensors')));
      return new ModelWeights(files, matched(files, encoder, path));
    } catch (error) {
      for (const file of files.values()) await file.close();
      throw error;
    }
  }

  /** @throws Fault `input` if a number in it is none, or infinite. */
  async read(parameter: string): Promise<Float32Array<ArrayBuffer>> {
    const info = this.tensors.get(parameter);
    const file = info && this.files.get(info.module);
    if (!file) throw new Error(`the model has no parameter ${parameter}`);
    const values = decodeFloats((await file.read(info.name)) as Uint8Array<ArrayBuffer>, info.dtype);
    if (areFinite(values)) return values;
    throw new Fault(
      'input',
      `${info.name} in ${file.path} holds ${values.some(Number.isNaN) ? 'what is not a number (NaN)' : 'an infinite number'}.`,
      'Use a sound copy of the model; training that diverged leaves such weights.',
    );
  }

  async close(): Promise<void> {
    for (const file of this.files.values()) await file.close();
  }
}

function matched(
  files: ReadonlyMap<string, SafetensorsFile>,
  { parameters, prefix, layers }: Pick<Encoder, 'parameters' | 'prefix' | 'layers'>,
  path: string,
): Map<string, ParameterTensor> {
  const details: string[] = [];
  const tensors = new Map<string, ParameterTensor>();
  for (const [name, shape] of parameters) {
    const module = [...files.keys()].find((key) => key !== '' && name.startsWith(`${key}.`)) ?? '';
    const held = files.get(module)?.tensors;
    const inside = module === '' ? name : name.slice(module.length + 1);
    const info = held?.get(inside) ?? held?.get(`${prefix}${inside}`);
    if (!info) details.push(`${name} is missing`);
    else if (info.shape.join() !== shape.join())
      details.push(`${info.name} is [${info.shape.join(', ')}], config.json says [${shape.join(', ')}]`);
    else if (!isFloat(info.dtype))
      details.push(`${info.name} is stored as ${info.dtype}, not as ${FLOAT_TYPES.join(', ')}`);
    else tensors.set(name, { ...info, dtype: info.dtype, module });
  }
  for (const name of files.get('')?.tensors.keys() ?? []) {
    const unread = surplus(name.startsWith(prefix) ? name.slice(prefix.length) : name, parameters, layers);
    if (unread) details.push(`${name} is there, config.json says ${unread}`);
  }
  if (details.length === 0) return tensors;
  throw new Fault(
    'input',
    `${path} does not hold the weights that config.json describes: ${details[0]}${details.length > 1 ? `, and ${details.length - 1} more` : ''}.`,
    'Put the configuration and the weights of the same model together.',
    { details },
  );
}

/** Why a tensor that is no parameter ought not to be there; most that are none (a pooler, a head, buffers) may be. */
function surplus(name: string, parameters: ReadonlyMap<string, Shape>, layers: number): string | undefined {
  if (parameters.has(name)) return undefined;
  if ((layerOf(name) ?? 0) >= layers) return `there are ${layers} layers`;
  return name.endsWith('.bias') && parameters.has(name.replace(/bias$/, 'weight')) ? 'it has no bias' : undefined;
}

function isFloat(dtype: string): dtype is FloatType {
  return (FLOAT_TYPES as readonly string[]).includes(dtype);
}
