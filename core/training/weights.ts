import { Fault } from '../contracts/fault.ts';
import { areFinite, decodeFloats, FLOAT_TYPES, type FloatType } from './floats.ts';
import type { Encoder, Shape } from './models/index.ts';
import { SafetensorsFile, type TensorInfo } from './safetensors.ts';
import { layerOf } from './trained-names.ts';

/** A model's parameters inside a safetensors file, found under their Hugging Face names with or without the prefix of a larger model. */
export class ModelWeights {
  readonly file: SafetensorsFile;
  /** Parameter -> the tensor that holds it. */
  readonly tensors: ReadonlyMap<string, TensorInfo & { readonly dtype: FloatType }>;

  private constructor(file: SafetensorsFile, tensors: Map<string, TensorInfo & { dtype: FloatType }>) {
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * @throws Fault `input` naming every parameter that is missing, of another shape than the configuration says, or there although by the
   * configuration it should not be: transformers leaves out what it has no place for, but a model without some of its layers is another one.
   */
  static async open(
    path: string,
    { parameters, prefix, layers }: Pick<Encoder, 'parameters' | 'prefix' | 'layers'>,
  ): Promise<ModelWeights> {
    const file = await SafetensorsFile.open(path);
    const details: string[] = [];
    const tensors = new Map<string, TensorInfo & { dtype: FloatType }>();
    for (const [name, shape] of parameters) {
      const info = file.tensors.get(name) ?? file.tensors.get(`${prefix}${name}`);
      if (!info) details.push(`${name} is missing`);
      else if (info.shape.join() !== shape.join())
        details.push(`${info.name} is [${info.shape.join(', ')}], config.json says [${shape.join(', ')}]`);
      else if (!isFloat(info.dtype))
        details.push(`${info.name} is stored as ${info.dtype}, not as ${FLOAT_TYPES.join(', ')}`);
      else tensors.set(name, { ...info, dtype: info.dtype });
    }
    for (const name of file.tensors.keys()) {
      const unread = surplus(name.startsWith(prefix) ? name.slice(prefix.length) : name, parameters, layers);
      if (unread) details.push(`${name} is there, config.json says ${unread}`);
    }
    if (details.length === 0) return new ModelWeights(file, tensors);
    await file.close();
    throw new Fault(
      'input',
      `${path} does not hold the weights that config.json describes: ${details[0]}${details.length > 1 ? `, and ${details.length - 1} more` : ''}.`,
      'Put the configuration and the weights of the same model together.',
      { details },
    );
  }

  /** @throws Fault `input` if a number in it is none, or infinite. */
  async read(parameter: string): Promise<Float32Array<ArrayBuffer>> {
    const info = this.tensors.get(parameter);
    if (!info) throw new Error(`the model has no parameter ${parameter}`);
    const values = decodeFloats((await this.file.read(info.name)) as Uint8Array<ArrayBuffer>, info.dtype);
    if (areFinite(values)) return values;
    throw new Fault(
      'input',
      `${info.name} in ${this.file.path} holds ${values.some(Number.isNaN) ? 'what is not a number (NaN)' : 'an infinite number'}.`,
      'Use a sound copy of the model; training that diverged leaves such weights.',
    );
  }

  close(): Promise<void> {
    return this.file.close();
  }
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
