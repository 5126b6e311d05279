import { Fault } from '../../contracts/fault.ts';
import type { TrainingOptions } from '../../contracts/training.ts';
import { layerOf } from '../../encoder/architectures/architecture.ts';
import { adapterNames, type Encoder, type Shape } from '../../encoder/architectures/index.ts';
import { seeded } from '../../primitives/random.ts';

/*
 * LoRA (Hu et al. 2021): beside the frozen weight W, [out, in], of a dense layer, two small matrices are trained: A,
 * [rank, in], and B, [out, rank]. The layer computes x Wᵀ + b + (alpha / rank) (x Aᵀ) Bᵀ. Names and initial values are
 * those of PEFT.
 */

export type Lora = NonNullable<TrainingOptions['lora']>;

/**
 * The encoder with adapters beside its dense layers.
 * @throws Fault `input` if a target names no dense layer.
 */
export function withAdapters(encoder: Encoder, { rank, alpha, targets }: Lora): Encoder {
  const dense = [...encoder.parameters].flatMap(([parameter, shape]) => {
    const [out, inputs] = shape;
    const isDense = shape.length === 2 && layerOf(parameter) !== undefined;
    if (!isDense || out === undefined || inputs === undefined) return [];
    return [{ name: parameter.replace(/\.weight$/, ''), out, inputs }];
  });
  const names = dense.map(({ name }) => name);
  for (const target of targets ?? [])
    if (!names.some((name) => matches(name, target))) throw unknownTarget(target, names);
  const parameters = new Map(encoder.parameters);
  for (const { name, out, inputs } of dense) {
    if (targets && !targets.some((target) => matches(name, target))) continue;
    const { down, up } = adapterNames(name);
    parameters.set(down, [rank, inputs]).set(up, [out, rank]);
  }
  return { ...encoder, parameters, adapterScale: alpha / rank };
}

/** The adapters that `withAdapters` added to the encoder's own parameters. */
export function adapterShapes(adapted: Encoder, base: Encoder): Map<string, Shape> {
  return new Map([...adapted.parameters].filter(([name]) => !base.parameters.has(name)));
}

/**
 * Sets the initial values of an adapter matrix: those of A are uniform in ±1/√in (He et al. 2015 with a = √5, as
 * PyTorch's Linear); those of B stay zero, so that training starts at the base model.
 * @param values Zeros.
 * @param index Of the parameter among those trained; together with the seed it decides the random numbers.
 */
export function initialiseAdapter(name: string, shape: Shape, values: Float32Array, seed: number, index: number): void {
  if (name !== adapterNames(name.replace(/\.lora_[AB]\.weight$/, '')).down) return;
  const random = seeded(seed, 0x10a, index);
  const bound = 1 / Math.sqrt(shape[1] as number);
  for (let i = 0; i < values.length; i++) values[i] = (2 * random() - 1) * bound;
}

/**
 * W + (alpha / rank) · B A: one weight, [out, in], in place of the three.
 * @param down A, [rank, in].
 * @param up B, [out, rank].
 */
export function mergeAdapter(
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
      const factor = (alpha / rank) * (up[out * rank + r] as number);
      for (let i = 0; i < width; i++) row[i] = (row[i] as number) + factor * (down[r * width + i] as number);
    }
    for (let i = 0; i < width; i++) result[out * width + i] = (weight[out * width + i] as number) + (row[i] as number);
  }
  return result;
}

/** As PEFT reads `target_modules`: the whole name, or its end after a dot. */
function matches(name: string, target: string): boolean {
  return name === target || name.endsWith(`.${target}`);
}

function unknownTarget(target: string, names: readonly string[]): Fault {
  const ends = [...new Set(names.map((name) => name.split('.').at(-1) as string))];
  return new Fault(
    'input',
    `lora.targets names ${target}, but no dense layer of the model has this name.`,
    `Use names such as ${ends.join(', ')}.`,
  );
}
