import { Fault } from '../../contracts/fault.ts';
import type { TrainingOptions } from '../../contracts/training.ts';
import { layerOf } from '../../encoder/architectures/architecture.ts';
import { adapterNames, type Encoder, type Shape } from '../../encoder/architectures/index.ts';
import { seeded } from '../../primitives/random.ts';

/*
 * LoRA (Hu et al. 2021): beside a dense layer's frozen weight W, [out, in], two small matrices A, [rank, in], and B, [out, rank], are trained, and the
 * layer computes x Wᵀ + b + (alpha / rank) (x Aᵀ) Bᵀ. Names and initial values are those of PEFT.
 */

export type Lora = NonNullable<TrainingOptions['lora']>;

/**
 * The encoder with adapters beside its dense layers.
 * @throws Fault `input` if a target is the name of no dense layer.
 */
export function withAdapters(encoder: Encoder, { rank, alpha, targets }: Lora): Encoder {
  const dense = [...encoder.parameters].filter(([name, shape]) => shape.length === 2 && layerOf(name) !== undefined);
  const names = dense.map(([name]) => name.replace(/\.weight$/, ''));
  for (const target of targets ?? []) if (!names.some((name) => isAt(name, target))) throw unknown(target, names);
  const parameters = new Map(encoder.parameters);
  for (const [i, [, [out, into]]] of dense.entries()) {
    const name = names[i];
    if (targets && !targets.some((target) => isAt(name, target))) continue;
    const { down, up } = adapterNames(name);
    parameters.set(down, [rank, into]).set(up, [out, rank]);
  }
  return { ...encoder, parameters, adapterScale: alpha / rank };
}

/** The adapters that `withAdapters` declared beside the encoder's own parameters. */
export function adapterShapes(adapted: Encoder, base: Encoder): Map<string, Shape> {
  return new Map([...adapted.parameters].filter(([name]) => !base.parameters.has(name)));
}

/** A's initial values, uniform in ±1/√in (He et al. 2015 with a = √5, as PyTorch's Linear); B's are zero, so that training starts at the base model. */
export function initialise(name: string, shape: Shape, values: Float32Array, seed: number, index: number): void {
  if (name !== adapterNames(name.replace(/\.lora_[AB]\.weight$/, '')).down) return;
  const random = seeded(seed, 0x10a, index);
  const bound = 1 / Math.sqrt(shape[1]);
  for (let i = 0; i < values.length; i++) values[i] = (2 * random() - 1) * bound;
}

/** W + scale · B A: the one weight, [out, in], that does what the three did. */
export function merged(
  weight: Float32Array,
  down: Float32Array,
  up: Float32Array,
  { rank, alpha }: Pick<Lora, 'rank' | 'alpha'>,
): Float32Array {
  const width = down.length / rank;
  const result = new Float32Array(weight.length);
  const row = new Float64Array(width);
  for (let out = 0; out < weight.length / width; out++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = (alpha / rank) * up[out * rank + r];
      for (let i = 0; i < width; i++) row[i] += factor * down[r * width + i];
    }
    for (let i = 0; i < width; i++) result[out * width + i] = weight[out * width + i] + row[i];
  }
  return result;
}

/** PEFT's reading of `target_modules`: the whole name, or its end after a dot. */
function isAt(name: string, target: string): boolean {
  return name === target || name.endsWith(`.${target}`);
}

function unknown(target: string, names: readonly string[]): Fault {
  const ends = [...new Set(names.map((name) => name.split('.').at(-1) as string))];
  return new Fault(
    'input',
    `lora.targets names ${target}, but no dense layer of the model is called so.`,
    `Use names such as ${ends.join(', ')}.`,
  );
}
