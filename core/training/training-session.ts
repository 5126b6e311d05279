import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Parameter } from './adamw.ts';
import { packBatch } from './forward/packing.ts';
import type { ModelFolder } from './model-folder.ts';
import { trainingGraph } from './training-graph.ts';

export interface SessionOptions {
  /** Factor on the cosine inside the loss. */
  readonly scale: number;
  /** Rate of every dropout; default: the model's own. */
  readonly dropout?: number;
  /** Threads of the runtime; default: all cores. */
  readonly threads?: number;
  readonly chunks?: number;
  readonly groups?: number;
  readonly recompute?: boolean;
}

export interface TrainingSession {
  /**
   * Computes the loss of a batch, and every parameter's gradient into its `gradient`. Blocks its thread.
   * @param texts Rows of the trained word table: the queries first, then their passages in the same order.
   */
  run(texts: readonly (readonly number[])[]): Promise<number>;
}

/** A training graph over `parameters`, whose memory the runtime reads and writes in place. */
export async function openTrainingSession(
  { encoder, pooling }: ModelFolder,
  parameters: readonly Parameter[],
  { scale, dropout, threads = availableParallelism(), chunks = 1, groups = 4, recompute = false }: SessionOptions,
): Promise<TrainingSession> {
  const layout = { chunks, groups, recompute, pooling, ...(dropout !== undefined && { dropout }) };
  const { onnx, loss, gradients } = trainingGraph(
    encoder,
    new Map(parameters.map(({ name, shape }) => [name, shape])),
    parameters.map(({ name }) => name),
    { scale, layout },
  );
  // A memory pattern plans for the first batch's lengths and then holds that much beside what others need.
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: threads, enableMemPattern: false });
  const weights: Record<string, Tensor> = {};
  const lossValue = new Float32Array(1);
  const results: Record<string, Tensor> = { [loss]: new Tensor('float32', lossValue, []) };
  for (const { name, shape, weights: values, gradient } of parameters) {
    weights[name] = new Tensor('float32', values, shape);
    results[gradients.get(name) as string] = new Tensor('float32', gradient, shape);
  }
  return {
    async run(texts) {
      const { feeds } = packBatch(texts, { encoder, chunks, groups, pooling });
      const wanted = session.inputNames.flatMap((name) => (feeds[name] ? [[name, feeds[name]]] : []));
      await session.run({ ...weights, ...Object.fromEntries(wanted) }, results);
      return lossValue[0];
    },
  };
}
