import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { lower, toOnnx, type Value, WEBGPU } from '../../autodiff/index.ts';
import {
  flat,
  onlyOutput,
  openOnGpu,
  openTransfers,
  type RuntimeOptions,
  reshaped,
  scalar,
} from '../../devices/gpu-tensors.ts';
import { type AdamWStep, BETA1, BETA2, decay } from '../optimizer/adamw.ts';
import type { TrainingProgram } from '../session/training-graph.ts';
import type { Feeds, ParameterState, TrainingDevice } from './device.ts';
import { normGraph, sumGraph, updateGraph } from './resident-graphs.ts';

type Program = Omit<TrainingProgram, 'dropout'>;

/** A parameter in the GPU's memory. Every step replaces its tensors. */
interface ResidentParameter {
  readonly name: string;
  readonly shape: readonly number[];
  weights: Tensor;
  /** The first and the second; absent for a frozen parameter. */
  moments?: readonly [Tensor, Tensor];
  /** Summed over the batches since the last update. */
  gradient?: Tensor;
}

/**
 * Training on a GPU with ONNX Runtime's WebGPU provider, which is part of onnxruntime-node.
 * @param parameters Those without a gradient in the program are frozen.
 * @param options Of the session of the training graph, for example for profiling.
 * @throws Error of the runtime if there is no adapter. `findDevices` finds out without the risk that a driver ends this
 * process.
 */
export async function openWebGpuDevice(
  program: Program,
  parameters: readonly (ParameterState | Pick<ParameterState, 'name' | 'shape' | 'weights'>)[],
  options: RuntimeOptions = {},
): Promise<TrainingDevice> {
  const { session, loss, gradients } = await openTraining(program, options);
  const encoding = program.embeddings && (await openEmbeddings(program.embeddings, options));
  const sum = await openOnGpu(sumGraph(), 'gpu-buffer');
  const norm = await openOnGpu(normGraph([...gradients.keys()]), 'cpu');
  const update = await openOnGpu(updateGraph(), 'gpu-buffer');
  const transfers = await openTransfers();
  const residents: ResidentParameter[] = [];
  for (const parameter of parameters) {
    const { name, shape, weights } = parameter;
    const resident: ResidentParameter = { name, shape, weights: await transfers.upload(weights) };
    if (gradients.has(name) && 'first' in parameter)
      resident.moments = [await transfers.upload(parameter.first), await transfers.upload(parameter.second)];
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
        const part = results[gradients.get(resident.name) as string] as Tensor;
        const { gradient } = resident;
        resident.gradient = gradient ? onlyOutput(await sum.run({ a: flat(gradient), b: flat(part) })) : part;
        if (gradient) dispose(gradient, part);
      }
      return scalarValue(results[loss] as Tensor);
    },

    ...(encoding && {
      embeddings: async (batch) => onlyOutput(await encoding.run(feeds(encoding, batch))).data as Float32Array,
    }),

    async update(step) {
      const sums = trained.map(({ name, gradient }) => [name, flat(gradient as Tensor)]);
      const size = scalarValue(onlyOutput(await norm.run(Object.fromEntries(sums))));
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
        const [w, m, v] = [
          await transfers.download(weights),
          await transfers.download(first),
          await transfers.download(second),
        ];
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

/** Opens the training graph, lowered to the operators of the provider. `gradients` maps parameters to outputs. */
async function openTraining(program: Program, options: RuntimeOptions) {
  const names = [...program.gradients.keys()];
  const { graph, outputs } = lower([program.loss, ...program.gradients.values()], WEBGPU);
  const [loss, ...gradients] = outputs.map(({ name }) => name) as [string, ...string[]];
  const listed = outputs.map((value: Value) => ({ value }));
  const onGpu = Object.fromEntries(gradients.map((name) => [name, 'gpu-buffer' as const]));
  const session = await openOnGpu(toOnnx(graph, listed), { [loss]: 'cpu', ...onGpu }, options);
  return { session, loss, gradients: new Map(names.map((name, i) => [name, gradients[i] as string])) };
}

function openEmbeddings(embeddings: Value, options: RuntimeOptions): Promise<InferenceSession> {
  const { graph, outputs } = lower([embeddings], WEBGPU);
  return openOnGpu(
    toOnnx(
      graph,
      outputs.map((value) => ({ value })),
    ),
    'cpu',
    options,
  );
}

/** The scalar inputs of `updateGraph` for this step, as adamw.ts computes them. */
function scalars(step: AdamWStep, parameter: ResidentParameter, norm: number) {
  return {
    scale: scalar(Math.min(1, step.maxGradientNorm / (norm + 1e-6))),
    rate: scalar(step.learningRate / (1 - BETA1 ** step.step)),
    correction: scalar(1 / Math.sqrt(1 - BETA2 ** step.step)),
    kept: scalar(decay(parameter, step.learningRate, step.weightDecay)),
  };
}

/** Updates one parameter and disposes of its old tensors, so that a step needs no second copy of the model. */
async function advance(
  update: InferenceSession,
  resident: ResidentParameter,
  scalars: Record<string, Tensor>,
): Promise<void> {
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

function scalarValue(tensor: Tensor): number {
  return (tensor.data as Float32Array)[0] as number;
}
