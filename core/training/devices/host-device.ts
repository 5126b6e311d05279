import { InferenceSession, Tensor } from 'onnxruntime-node';
import { adamW } from '../adamw.ts';
import { toOnnx } from '../autodiff/index.ts';
import type { Parameter } from '../parameters.ts';
import type { TrainingProgram } from '../training-graph.ts';
import type { TrainingDevice } from './device.ts';

export interface HostOptions {
  /** Threads of the runtime; default: all cores. */
  readonly threads?: number;
  /** What runs the training graph; default `cpu`. Another reads the weights anew in every step and hands the gradients back. */
  readonly provider?: 'cpu' | 'cuda';
}

/**
 * Training with parameters, moments and AdamW in the host's memory, which the runtime's CPU provider reads and writes in place.
 * @param parameters Those without a gradient in the program are frozen.
 */
export async function openHostDevice(
  { loss, gradients }: Pick<TrainingProgram, 'loss' | 'gradients'>,
  parameters: readonly Parameter[],
  { threads = 0, provider = 'cpu' }: HostOptions = {},
): Promise<TrainingDevice> {
  const outputs = [loss, ...gradients.values()].map((value) => ({ value }));
  const session = await InferenceSession.create(toOnnx(loss.graph, outputs), {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    // A pattern plans for the first batch's lengths and then holds that much beside what others need.
    enableMemPattern: false,
  });
  const weights = parameters.map((p) => [p.name, new Tensor('float32', p.weights, p.shape)]);
  const trained = parameters.filter(({ name }) => gradients.has(name));
  const value = new Float32Array(1);
  const into = (target: (parameter: Parameter) => Float32Array) =>
    Object.fromEntries([
      [loss.name, new Tensor('float32', value, [])],
      ...trained.map((p) => [gradients.get(p.name)?.name, new Tensor('float32', target(p), p.shape)]),
    ]) as Record<string, Tensor>;
  const first = into(({ gradient }) => gradient);
  /** Where the runtime leaves what is to be added; made when a step first has several batches. */
  let further: { parts: Float32Array[]; results: Record<string, Tensor> } | undefined;
  let batches = 0;

  return {
    async gradients(batch) {
      const feeds = Object.entries(batch).filter(([name]) => session.inputNames.includes(name));
      if (batches > 0) further ??= addends(trained, into);
      await session.run(Object.fromEntries([...feeds, ...weights]), batches > 0 && further ? further.results : first);
      if (batches > 0) for (const [i, part] of further?.parts.entries() ?? []) add(trained[i].gradient, part);
      batches++;
      return value[0];
    },
    async update(step) {
      const norm = adamW(trained, step, 1 / batches);
      batches = 0;
      return norm;
    },
    read: async () => trained,
    close: () => session.release(),
  };
}

function addends(
  trained: readonly Parameter[],
  into: (target: (parameter: Parameter) => Float32Array) => Record<string, Tensor>,
) {
  const parts = new Map(trained.map((parameter) => [parameter, new Float32Array(parameter.gradient.length)]));
  return { parts: [...parts.values()], results: into((parameter) => parts.get(parameter) as Float32Array) };
}

function add(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += part[i];
}
