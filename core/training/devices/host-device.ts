import { InferenceSession, Tensor } from 'onnxruntime-node';
import { toOnnx, type Value } from '../../autodiff/index.ts';
import { feedsOf } from '../../encoder/forward/inputs.ts';
import { adamW } from '../optimizer/adamw.ts';
import { type FrozenParameter, isTrained, type Parameter } from '../optimizer/parameters.ts';
import { prefersHeap } from '../process/allocator.ts';
import type { TrainingProgram } from '../session/training-graph.ts';
import type { TrainingDevice } from './device.ts';

export interface HostOptions {
  /** Threads of the runtime; default: all cores. */
  readonly threads?: number;
  /** What runs the training graph; default `cpu`. Another reads the weights anew in every step and hands the gradients back. */
  readonly provider?: 'cpu' | 'cuda';
}

/** Training with parameters, moments and AdamW in the host's memory, which the runtime's CPU provider reads and writes in place. */
export async function openHostDevice(
  { loss, gradients, rows }: Omit<TrainingProgram, 'dropout'>,
  parameters: readonly (Parameter | FrozenParameter)[],
  { threads = 0, provider = 'cpu' }: HostOptions = {},
): Promise<TrainingDevice> {
  const open = (values: readonly Value[]) =>
    InferenceSession.create(
      toOnnx(
        values[0].graph,
        values.map((value) => ({ value })),
      ),
      {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        // A pattern plans for the first batch's lengths and then holds that much beside what others need.
        enableMemPattern: false,
        enableCpuMemArena: !prefersHeap(),
      },
    );
  const session = await open([loss, ...gradients.values()]);
  const encoding = rows && (await open([rows]));
  const weights = new Map(parameters.map((p) => [p.name, new Tensor('float32', p.weights, p.shape)]));
  const trained = parameters.filter(isTrained);
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
      if (batches > 0) further ??= addends(trained, into);
      await session.run(feedsOf(session, batch, weights), batches > 0 && further ? further.results : first);
      if (batches > 0) for (const [i, part] of further?.parts.entries() ?? []) add(trained[i].gradient, part);
      batches++;
      return value[0];
    },
    ...(encoding && {
      async rows(batch) {
        const results = await encoding.run(feedsOf(encoding, batch, weights));
        return results[rows.name].data as Float32Array;
      },
    }),
    async update(step) {
      batches = 0;
      return adamW(trained, step);
    },
    read: async () => trained,
    async close() {
      await encoding?.release();
      await session.release();
    },
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
