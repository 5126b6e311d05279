import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Parameter } from './adamw.ts';
import type { ModelFolder } from './model-folder.ts';
import { packBatch } from './packing.ts';
import { trainingGraph } from './training-graph.ts';

/** Length groups of attention: as many as the smallest batch, two pairs, has texts. */
const GROUPS = 4;

export interface TrainingSession {
  /**
   * Computes the loss of a batch, and every parameter's gradient into its `gradient`. Blocks its thread.
   * @param texts Rows of the trained word table: the queries first, then their passages in the same order.
   */
  run(texts: readonly (readonly number[])[]): Promise<number>;
}

/** A training graph over `parameters`, whose memory the runtime reads and writes in place. */
export async function openTrainingSession(
  { config, pooling }: ModelFolder,
  parameters: readonly Parameter[],
  vocabulary: number,
  scale: number,
  threads = availableParallelism(),
): Promise<TrainingSession> {
  const { onnx, loss, gradients } = trainingGraph({ ...config, vocab_size: vocabulary }, { scale, groups: GROUPS });
  // A memory pattern plans for the first batch's lengths and then holds that much beside what others need.
  const session = await InferenceSession.create(onnx, { intraOpNumThreads: threads, enableMemPattern: false });
  const weights: Record<string, Tensor> = {};
  const lossValue = new Float32Array(1);
  const results: Record<string, Tensor> = { [loss]: new Tensor('float32', lossValue, []) };
  for (const parameter of parameters) {
    weights[parameter.name] = new Tensor('float32', parameter.weights, parameter.shape);
    results[gradients.get(parameter.name) as string] = new Tensor('float32', parameter.gradient, parameter.shape);
  }
  return {
    async run(texts) {
      const options = { heads: config.num_attention_heads, groups: GROUPS, pooling, train: true };
      await session.run({ ...weights, ...packBatch(texts, options).feeds }, results);
      return lossValue[0];
    },
  };
}
