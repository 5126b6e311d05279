import { InferenceSession, Tensor } from 'onnxruntime-node';
import { toOnnx, type Value } from '../../autodiff/index.ts';
import type { RuntimeOptions } from '../../devices/gpu-tensors.ts';
import { feedsOf } from '../../encoder/forward/inputs.ts';
import { adamW } from '../optimizer/adamw.ts';
import { type FrozenParameter, isTrained, type Parameter } from '../optimizer/parameters.ts';
import { prefersHeap } from '../process/allocator.ts';
import type { TrainingProgram } from '../session/training-graph.ts';
import type { TrainingDevice } from './device.ts';

export interface HostOptions {
  /** Threads of the runtime; default: all cores. */
  readonly threads?: number | undefined;
  /**
   * Runs the training graph; default `cpu`. `cuda` copies the weights to the GPU in every step, and the gradients back.
   */
  readonly provider?: 'cpu' | 'cuda';
  /** Further options of the session of the training graph, for example for profiling. */
  readonly runtime?: RuntimeOptions;
}

/** Parameters, moments and AdamW in the host's memory, which the runtime's CPU provider reads and writes in place. */
export async function openHostDevice(
  { loss, gradients, embeddings }: Omit<TrainingProgram, 'dropout'>,
  parameters: readonly (Parameter | FrozenParameter)[],
  { threads = 0, provider = 'cpu', runtime = {} }: HostOptions = {},
): Promise<TrainingDevice> {
  const open = (first: Value, ...others: readonly Value[]) => {
    const outputs = [first, ...others].map((value) => ({ value }));
    return InferenceSession.create(toOnnx(first.graph, outputs), {
      ...runtime,
      executionProviders: [provider],
      intraOpNumThreads: threads,
      // A memory pattern is planned for the lengths of the first batch, and keeps that much memory beside what other
      // batches need.
      enableMemPattern: false,
      enableCpuMemArena: !prefersHeap(),
    });
  };
  const session = await open(loss, ...gradients.values());
  const encoding = embeddings && { output: embeddings.name, session: await open(embeddings) };
  const weights = new Map(parameters.map((p) => [p.name, new Tensor('float32', p.weights, p.shape)]));
  const trained = parameters.filter(isTrained);
  const lossValue = new Float32Array(1);
  /** The outputs of `session`, with the gradient of each parameter written to `target`. */
  const outputsTo = (target: (parameter: Parameter) => Float32Array) => {
    const outputs: Record<string, Tensor> = { [loss.name]: new Tensor('float32', lossValue, []) };
    for (const parameter of trained) {
      const { name } = gradients.get(parameter.name) as Value;
      outputs[name] = new Tensor('float32', target(parameter), parameter.shape);
    }
    return outputs;
  };
  const firstOutputs = outputsTo(({ gradient }) => gradient);
  /** Gradients of further batches of a step, before they are added; allocated when a step first has several batches. */
  let further: { outputs: Record<string, Tensor>; add(): void } | undefined;
  let batches = 0;

  return {
    async gradients(batch) {
      const feeds = feedsOf(session, batch, weights);
      if (batches === 0) await session.run(feeds, firstOutputs);
      else {
        further ??= furtherGradients(trained, outputsTo);
        await session.run(feeds, further.outputs);
        further.add();
      }
      batches++;
      return lossValue[0] as number;
    },
    ...(encoding && {
      async embeddings(batch) {
        const results = await encoding.session.run(feedsOf(encoding.session, batch, weights));
        return (results[encoding.output] as Tensor).data as Float32Array;
      },
    }),
    async update(step) {
      batches = 0;
      return adamW(trained, step);
    },
    read: async () => trained,
    async close() {
      await encoding?.session.release();
      await session.release();
    },
  };
}

function furtherGradients(
  trained: readonly Parameter[],
  outputsTo: (target: (parameter: Parameter) => Float32Array) => Record<string, Tensor>,
) {
  const parts = new Map(trained.map((parameter) => [parameter, new Float32Array(parameter.gradient.length)]));
  return {
    outputs: outputsTo((parameter) => parts.get(parameter) as Float32Array),
    add() {
      for (const [{ gradient }, part] of parts) addTo(gradient, part);
    },
  };
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (part[i] as number);
}
