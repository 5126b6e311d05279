import { InferenceSession, Tensor } from 'onnxruntime-node';
import { adamW, type Parameter } from '../adamw.ts';
import { toOnnx } from '../autodiff/index.ts';
import type { TrainingProgram } from '../training-graph.ts';
import type { ParameterState, TrainingDevice } from './device.ts';

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
  parameters: readonly ParameterState[],
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
  const trained = parameters
    .filter(({ name }) => gradients.has(name))
    .map((state) => ({ ...state, gradient: new Float32Array(state.weights.length) }) as Parameter);
  const into = trained.map(({ name, shape, gradient }) => [
    gradients.get(name)?.name as string,
    new Tensor('float32', gradient, shape),
  ]);
  let batches = 0;

  return {
    async gradients(batch) {
      const before = batches++ === 0 ? [] : trained.map(({ gradient }) => gradient.slice());
      const inputs = Object.entries(batch).filter(([name]) => session.inputNames.includes(name));
      const value = new Float32Array(1);
      const results = Object.fromEntries([...into, [loss.name, new Tensor('float32', value, [])]]);
      await session.run(Object.fromEntries([...inputs, ...weights]), results);
      for (const [at, sum] of before.entries()) {
        const { gradient } = trained[at] as Parameter;
        for (let i = 0; i < sum.length; i++) gradient[i] += sum[i] as number;
      }
      return value[0] as number;
    },

    async update(step) {
      if (batches > 1)
        for (const { gradient } of trained) for (let i = 0; i < gradient.length; i++) gradient[i] /= batches;
      batches = 0;
      return adamW(trained, step);
    },

    read: async () => trained,
    close: () => session.release(),
  };
}
