import { z } from 'zod';
import { relu, tanh, type Value } from '../../autodiff/index.ts';
import { Fault } from '../../contracts/fault.ts';
import type { Encoder, ForwardPass, Projection, Shape } from './architecture.ts';
import { readConfig, requireOption } from './read-config.ts';

const PLACES = {
  Tanh: 'torch.nn.modules.activation',
  ReLU: 'torch.nn.modules.activation',
  Identity: 'torch.nn.modules.linear',
};
/** On values of a graph, and on numbers. */
const ACTIVATIONS = {
  Tanh: { graph: tanh, number: Math.tanh },
  ReLU: { graph: relu, number: (x: number) => Math.max(0, x) },
  Identity: { graph: (x: Value) => x, number: (x: number) => x },
} as const;

const size = z.number().int().positive();
const Fields = z.object({
  in_features: size,
  out_features: size,
  bias: z.boolean().default(true),
  activation_function: z.string().default(`${PLACES.Tanh}.Tanh`),
  module_input_name: z.string().nullish(),
  module_output_name: z.string().nullish(),
  use_residual: z.boolean().default(false),
});

/**
 * @param config The module's `config.json`, read from `file`.
 * @param width Of the rows that come in.
 * @throws Fault `input` naming the option that is missing, not supported or does not fit.
 */
export function readProjection(name: string, config: unknown, file: string, width: number): Projection {
  const fields = readConfig(Fields, config, file, 'Dense');
  const row = 'sentence_embedding';
  requireOption(file, 'module_input_name', fields.module_input_name ?? row, [row]);
  requireOption(file, 'module_output_name', fields.module_output_name ?? row, [row]);
  requireOption(file, 'use_residual', fields.use_residual, [false]);
  const kinds = Object.keys(ACTIVATIONS) as Projection['activation'][];
  const supported = kinds.map((kind) => `${PLACES[kind]}.${kind}`);
  requireOption(file, 'activation_function', fields.activation_function, supported);
  if (fields.in_features !== width)
    throw new Fault(
      'input',
      `${file} takes rows of ${fields.in_features}, but those before it have ${width} numbers.`,
      'Download or save the model again.',
    );
  const activation = kinds[supported.indexOf(fields.activation_function)] as Projection['activation'];
  return { name, width: fields.out_features, bias: fields.bias, activation };
}

/** Numbers in a text's row. */
export function rowWidth({ hidden, projections = [] }: Pick<Encoder, 'hidden' | 'projections'>): number {
  return projections.at(-1)?.width ?? hidden;
}

/** The encoder with its projections' parameters: `2_Dense.linear.weight`, `2_Dense.linear.bias`. */
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

/** Pooled rows to finished ones, [texts, width]. */
export function project(rows: Value, { projections = [] }: Encoder, pass: Pick<ForwardPass, 'dense'>): Value {
  return projections.reduce(
    (x, { name, activation }) => ACTIVATIONS[activation].graph(pass.dense(x, `${name}.linear`)),
    rows,
  );
}

/** The same for one row outside a graph. */
export function projectRow(
  row: Float64Array,
  { projections = [] }: Encoder,
  parameter: (name: string) => Float32Array | undefined,
): Float64Array {
  return projections.reduce((x, { name, width, activation }) => {
    const weight = parameter(`${name}.linear.weight`) as Float32Array;
    const bias = parameter(`${name}.linear.bias`);
    return Float64Array.from({ length: width }, (_, at) => {
      const sum = x.reduce((n, value, i) => n + value * weight[at * x.length + i], bias?.[at] ?? 0);
      return ACTIVATIONS[activation].number(sum);
    });
  }, row);
}
