import { z } from 'zod';
import { relu, tanh, type Value } from '../../autodiff/index.ts';
import { Fault } from '../../contracts/fault.ts';
import type { Encoder, ForwardPass, Projection, Shape } from './architecture.ts';
import { readConfig, requireOption, size } from './read-config.ts';

const TORCH_MODULES = {
  Tanh: 'torch.nn.modules.activation',
  ReLU: 'torch.nn.modules.activation',
  Identity: 'torch.nn.modules.linear',
};
/** Each activation for values of a graph, and for numbers. */
const ACTIVATIONS = {
  Tanh: { graph: tanh, number: Math.tanh },
  ReLU: { graph: relu, number: (x: number) => Math.max(0, x) },
  Identity: { graph: (x: Value) => x, number: (x: number) => x },
} as const;

const Fields = z.object({
  in_features: size,
  out_features: size,
  bias: z.boolean().default(true),
  activation_function: z.string().default(`${TORCH_MODULES.Tanh}.Tanh`),
  module_input_name: z.string().nullish(),
  module_output_name: z.string().nullish(),
  use_residual: z.boolean().default(false),
});

/**
 * Reads the configuration of a Dense module.
 * @param name Folder of the module.
 * @param config The module's `config.json`, read from `file`.
 * @param width Dimension of its input.
 * @throws Fault `input` naming the option that is missing, not supported or does not fit.
 */
export function readProjection(name: string, config: unknown, file: string, width: number): Projection {
  const fields = readConfig(Fields, config, file, 'Dense');
  const pooled = 'sentence_embedding';
  requireOption(file, 'module_input_name', fields.module_input_name ?? pooled, [pooled]);
  requireOption(file, 'module_output_name', fields.module_output_name ?? pooled, [pooled]);
  requireOption(file, 'use_residual', fields.use_residual, [false]);
  const kinds = Object.keys(ACTIVATIONS) as Projection['activation'][];
  const supported = kinds.map((kind) => `${TORCH_MODULES[kind]}.${kind}`);
  requireOption(file, 'activation_function', fields.activation_function, supported);
  if (fields.in_features !== width)
    throw new Fault(
      'input',
      `${file} sets in_features to ${fields.in_features}, but the module before it produces ${width}.`,
      'Download or save the model again.',
    );
  const activation = kinds[supported.indexOf(fields.activation_function)] as Projection['activation'];
  return { name, width: fields.out_features, bias: fields.bias, activation };
}

/** Dimension of the embeddings. */
export function embeddingDimension({ hidden, projections = [] }: Pick<Encoder, 'hidden' | 'projections'>): number {
  return projections.at(-1)?.width ?? hidden;
}

/** Adds projections and their parameters (`2_Dense.linear.weight`, `2_Dense.linear.bias`) to an encoder. */
export function withProjections(encoder: Encoder, projections: readonly Projection[]): Encoder {
  const parameters = new Map<string, Shape>(encoder.parameters);
  let into = encoder.hidden;
  for (const { name, width, bias } of projections) {
    parameters.set(`${name}.linear.weight`, [width, into]);
    if (bias) parameters.set(`${name}.linear.bias`, [width]);
    into = width;
  }
  return { ...encoder, parameters, projections };
}

/** The encoder without its projections: its embeddings are the pooled states. */
export function withoutProjections(encoder: Encoder): Encoder {
  const names = (encoder.projections ?? []).map(({ name }) => `${name}.linear.`);
  const parameters = [...encoder.parameters].filter(([name]) => !names.some((start) => name.startsWith(start)));
  return { ...encoder, parameters: new Map(parameters), projections: [] };
}

/** Applies the projections to pooled states, [texts, hidden]. Returns embeddings, [texts, dimension]. */
export function project(pooled: Value, { projections = [] }: Encoder, pass: Pick<ForwardPass, 'dense'>): Value {
  return projections.reduce(
    (x, { name, activation }) => ACTIVATIONS[activation].graph(pass.dense(x, `${name}.linear`)),
    pooled,
  );
}

/** Applies the projections to the pooled state of one text, outside of a graph. */
export function projectEmbedding(
  pooled: Float64Array,
  { projections = [] }: Encoder,
  parameter: (name: string) => Float32Array | undefined,
): Float64Array {
  return projections.reduce((x, { name, width, activation }) => {
    const weight = parameter(`${name}.linear.weight`) as Float32Array;
    const bias = parameter(`${name}.linear.bias`);
    return Float64Array.from({ length: width }, (_, row) => {
      const sum = x.reduce((n, value, i) => n + value * (weight[row * x.length + i] as number), bias?.[row] ?? 0);
      return ACTIVATIONS[activation].number(sum);
    });
  }, pooled);
}
