import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { DropoutMasks } from './dropout-masks.ts';
import { packBatch } from './forward/packing.ts';
import type { ModelFolder } from './model-folder.ts';
import type { Parameter } from './parameters.ts';
import { trainingGraph } from './training-graph.ts';

export interface SessionOptions {
  /** Factor on the cosine inside the loss. */
  readonly scale: number;
  /** Rate of every dropout; default: the model's own. */
  readonly dropout?: number;
  readonly seed?: number;
  /** Most elements that a mask of dropout may have in any batch. */
  readonly largestMask?: number;
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
   * @param step From 0; decides what is dropped out.
   */
  run(texts: readonly (readonly number[])[], step: number): Promise<number>;
}

/** A training graph over `parameters`, whose memory the runtime reads and writes in place. */
export async function openTrainingSession(
  { encoder, pooling }: ModelFolder,
  parameters: readonly Parameter[],
  {
    scale,
    dropout,
    threads = availableParallelism(),
    chunks = 1,
    groups = 4,
    recompute = false,
    seed = 0,
    largestMask = 0,
  }: SessionOptions,
): Promise<TrainingSession> {
  const layout = { chunks, groups, recompute, pooling, ...(dropout !== undefined && { dropout }) };
  const {
    onnx,
    loss,
    gradients,
    dropout: sites,
  } = trainingGraph(
    encoder,
    new Map(parameters.map(({ name, shape }) => [name, shape])),
    parameters.map(({ name }) => name),
    { scale, layout },
  );
  const masks = new DropoutMasks({ seed, largest: largestMask });
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
    async run(texts, step) {
      const { feeds, dims } = packBatch(texts, { encoder, chunks, groups, pooling });
      for (const [site, { input, rate, shape }] of sites.entries()) {
        const sizes = shape.map((dim) => (typeof dim === 'string' ? (dims.get(dim) as number) : dim));
        const length = sizes.reduce((n, size) => n * size, 1);
        feeds[input] = new Tensor('float32', masks.at(step, site, rate, length), sizes);
      }
      const wanted = session.inputNames.flatMap((name) => (feeds[name] ? [[name, feeds[name]]] : []));
      await session.run({ ...weights, ...Object.fromEntries(wanted) }, results);
      return lossValue[0];
    },
  };
}
