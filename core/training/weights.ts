import { Fault } from '../contracts/fault.ts';
import { decodeFloats, FLOAT_TYPES, type FloatType } from './floats.ts';
import type { Encoder } from './models/index.ts';
import { SafetensorsFile, type TensorInfo } from './safetensors.ts';

/** A model's parameters inside a safetensors file, found under their Hugging Face names with or without the prefix of a larger model. */
export class ModelWeights {
  readonly file: SafetensorsFile;
  /** Parameter -> the tensor that holds it. */
  readonly tensors: ReadonlyMap<string, TensorInfo & { readonly dtype: FloatType }>;

  private constructor(file: SafetensorsFile, tensors: Map<string, TensorInfo & { dtype: FloatType }>) {
    this.file = file;
    this.tensors = tensors;
  }

  /** @throws Fault `input` naming every parameter that is missing, or of another shape than the configuration says. */
  static async open(
    path: string,
    { parameters, prefix }: Pick<Encoder, 'parameters' | 'prefix'>,
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
    if (details.length === 0) return new ModelWeights(file, tensors);
    await file.close();
    throw new Fault(
      'input',
      `${path} does not hold the weights that config.json describes: ${details[0]}${details.length > 1 ? `, and ${details.length - 1} more` : ''}.`,
      'Put the configuration and the weights of the same model together.',
      { details },
    );
  }

  async read(parameter: string): Promise<Float32Array<ArrayBuffer>> {
    const info = this.tensors.get(parameter);
    if (!info) throw new Error(`the model has no parameter ${parameter}`);
    return decodeFloats((await this.file.read(info.name)) as Uint8Array<ArrayBuffer>, info.dtype);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

function isFloat(dtype: string): dtype is FloatType {
  return (FLOAT_TYPES as readonly string[]).includes(dtype);
}
