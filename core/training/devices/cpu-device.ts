import { InferenceSession, Tensor } from 'onnxruntime-node';
import { adamW, type Parameter } from '../adamw.ts';
import { toOnnx } from '../autodiff/index.ts';
import type { TrainingProgram } from '../training-graph.ts';
import type { ParameterState, TrainingDevice } from './device.ts';

/**
 * Training on the CPU. The runtime reads and writes the parameters' own memory.
 * @param parameters Those without a gradient in the program are frozen.
 * @param threads Default: all cores.
 */
export async function openCpuDevice(
  { loss, gradients }: Pick<TrainingProgram, 'loss' | 'gradients'>,
  parameters: readonly ParameterState[],
  { threads = 0 }: { threads?: number } = {},
): Promise<TrainingDevice> {
  const outputs = [loss, ...gradients.values()].map((value) => ({ value }));
  // A memory pattern plans for the first batch's lengths and then holds that much beside what others need.
  const options = { intraOpNumThreads: threads, enableMemPattern: false };
  const session = await InferenceSession.create(toOnnx(loss.graph, outputs), options);
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
