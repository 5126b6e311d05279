import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { lower, toOnnx, type Value, WEBGPU } from '../../autodiff/index.ts';
import { type AdamWStep, BETA1, BETA2, decay } from '../optimizer/adamw.ts';
import type { TrainingProgram } from '../session/training-graph.ts';
import type { Feeds, ParameterState, TrainingDevice } from './device.ts';
import { flat, only, openOnGpu, openTransfers, type RuntimeOptions, reshaped, scalar } from './gpu-tensors.ts';
import { normGraph, sumGraph, updateGraph } from './resident-graphs.ts';

type Program = Omit<TrainingProgram, 'dropout'>;

/** All of it on the GPU, and replaced there by every step. */
interface Resident {
  readonly name: string;
  readonly shape: readonly number[];
  weights: Tensor;
  /** Of the gradient and of its square; a frozen parameter has none. */
  moments?: readonly [Tensor, Tensor];
  /** Summed over the batches since the last step. */
  gradient?: Tensor;
}

/**
 * Training on a GPU by ONNX Runtime's WebGPU provider, which comes with onnxruntime-node.
 * @param parameters Those without a gradient in the program are frozen.
 * @param options Of the training graph's session: profiling, for one.
 * @throws Error of the runtime's if there is no adapter; `findDevices` asks without harm.
 */
export async function openWebGpuDevice(
  program: Program,
  parameters: readonly (ParameterState | Pick<ParameterState, 'name' | 'shape' | 'weights'>)[],
  options: RuntimeOptions = {},
): Promise<TrainingDevice> {
  const { session, loss, gradients } = await openTraining(program, options);
  const encoding = program.rows && (await openRows(program.rows, options));
  const sum = await openOnGpu(sumGraph(), 'gpu-buffer');
  const norm = await openOnGpu(normGraph([...gradients.keys()]), 'cpu');
  const update = await openOnGpu(updateGraph(), 'gpu-buffer');
  const transfers = await openTransfers();
  const residents: Resident[] = [];
  for (const parameter of parameters) {
    const { name, shape, weights } = parameter;
    const resident: Resident = { name, shape, weights: await transfers.onto(weights) };
    if (gradients.has(name) && 'first' in parameter)
      resident.moments = [await transfers.onto(parameter.first), await transfers.onto(parameter.second)];
    residents.push(resident);
  }
  const trained = residents.filter(({ name }) => gradients.has(name));
  const feeds = ({ inputNames }: InferenceSession, batch: Feeds): Record<string, Tensor> => {
    const weights = residents.map(({ name, shape, weights }): [string, Tensor] => [name, reshaped(weights, shape)]);
    return Object.fromEntries([...Object.entries(batch), ...weights].filter(([name]) => inputNames.includes(name)));
  };

  return {
    async gradients(batch) {
      const results = await session.run(feeds(session, batch));
      for (const resident of trained) {
        const found = results[gradients.get(resident.name) as string] as Tensor;
        const { gradient } = resident;
        resident.gradient = gradient ? only(await sum.run({ a: flat(gradient), b: flat(found) })) : found;
        if (gradient) dispose(gradient, found);
      }
      return numberIn(results[loss] as Tensor);
    },

    ...(encoding && {
      rows: async (batch) => only(await encoding.run(feeds(encoding, batch))).data as Float32Array,
    }),

    async update(step) {
      const sums = trained.map(({ name, gradient }) => [name, flat(gradient as Tensor)]);
      const size = numberIn(only(await norm.run(Object.fromEntries(sums))));
      for (const resident of trained) {
        if (Number.isFinite(size)) await advance(update, resident, scalars(step, resident, size));
        resident.gradient?.dispose();
        delete resident.gradient;
      }
      return size;
    },

    async read() {
      const states: ParameterState[] = [];
      for (const { name, shape, weights, moments } of trained) {
        const [first, second] = moments as [Tensor, Tensor];
        const [w, m, v] = [await transfers.off(weights), await transfers.off(first), await transfers.off(second)];
        states.push({ name, shape, weights: w, first: m, second: v });
      }
      return states;
    },

    async close() {
      for (const { weights, moments = [], gradient } of residents)
        dispose(weights, ...moments, ...(gradient ? [gradient] : []));
      for (const open of [session, encoding, sum, norm, update, transfers]) await open?.release();
    },
  };
}

/** The training graph, said for the provider; `gradients`: parameter -> output. */
async function openTraining(program: Program, options: RuntimeOptions) {
  const names = [...program.gradients.keys()];
  const { graph, outputs } = lower([program.loss, ...program.gradients.values()], WEBGPU);
  const [loss, ...gradients] = outputs.map(({ name }) => name) as [string, ...string[]];
  const listed = outputs.map((value: Value) => ({ value }));
  const onGpu = Object.fromEntries(gradients.map((name) => [name, 'gpu-buffer' as const]));
  const session = await openOnGpu(toOnnx(graph, listed), { [loss]: 'cpu', ...onGpu }, options);
  return { session, loss, gradients: new Map(names.map((name, i) => [name, gradients[i] as string])) };
}

function openRows(rows: Value, options: RuntimeOptions): Promise<InferenceSession> {
  const { graph, outputs } = lower([rows], WEBGPU);
  return openOnGpu(
    toOnnx(
      graph,
      outputs.map((value) => ({ value })),
    ),
    'cpu',
    options,
  );
}

/** What a step of AdamW is this time; see adamw.ts. */
function scalars(step: AdamWStep, parameter: Resident, norm: number) {
  return {
    scale: scalar(Math.min(1, step.maxGradientNorm / (norm + 1e-6))),
    rate: scalar(step.learningRate / (1 - BETA1 ** step.step)),
    correction: scalar(1 / Math.sqrt(1 - BETA2 ** step.step)),
    kept: scalar(decay(parameter, step.learningRate, step.weightDecay)),
  };
}

/** One parameter at a time: what is superseded goes before the next is made, so a step needs no second copy of the model. */
async function advance(update: InferenceSession, resident: Resident, scalars: Record<string, Tensor>): Promise<void> {
  const { weights, moments, gradient } = resident;
  const [first, second] = moments as [Tensor, Tensor];
  const next = await update.run({ weights, first, second, gradient: flat(gradient as Tensor), ...scalars });
  dispose(weights, first, second);
  resident.weights = next.nextWeights as Tensor;
  resident.moments = [next.nextFirst as Tensor, next.nextSecond as Tensor];
}

function dispose(...tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}

function numberIn(tensor: Tensor): number {
  return (tensor.data as Float32Array)[0] as number;
}
