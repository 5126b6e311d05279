import { InferenceSession, Tensor } from 'onnxruntime-node';
import { backward, Graph, mul, toOnnx, type Value } from '../../autodiff/index.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { type RankingBatch, rankingFeeds } from '../data/ranking-batch.ts';
import type { Feeds, TrainingDevice } from '../devices/device.ts';
import { prefersHeap } from '../process/allocator.ts';
import { splitIntoMiniBatches } from './mini-batches.ts';
import { type LossOptions, rankingLoss } from './ranking-loss.ts';

type Tokens = readonly number[];

export interface CachedGradientsOptions {
  /** Texts encoded at once, on average. */
  readonly miniBatchSize: number;
  /** Dimensions of an embedding. */
  readonly width: number;
  readonly loss: LossOptions;
  readonly threads: number;
  /**
   * Packs a mini-batch, with the dropout masks of its number. Invariant: the same number gives the same masks in both
   * passes.
   */
  feed(texts: readonly Tokens[], miniBatch: number): Feeds;
}

export interface CachedGradients {
  /**
   * Adds the gradients of a batch to those on the device.
   * @param share The part of the batch in the loss of its step.
   * @param first Number of its first mini-batch in the step.
   * @returns Its part of the loss, and the number of its mini-batches.
   */
  add(batch: RankingBatch<Tokens>, share: number, first: number): Promise<{ loss: number; miniBatches: number }>;
  close(): Promise<void>;
}

/**
 * GradCache (Gao et al. 2021, Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup; in
 * sentence-transformers CachedMultipleNegativesRankingLoss): the gradient of a large batch in the memory of a
 * mini-batch, at the cost of one more forward pass. First all embeddings are computed without gradients, mini-batch by
 * mini-batch. Then the loss over all of them and its gradient by each embedding. Then each mini-batch is encoded again,
 * now with gradients, which start from those of its embeddings.
 */
export async function openCachedGradients(
  device: Required<Pick<TrainingDevice, 'gradients' | 'embeddings'>>,
  { miniBatchSize, width, loss: options, threads, feed }: CachedGradientsOptions,
): Promise<CachedGradients> {
  const { loss, gradient } = lossGraph(width, options);
  const session = await InferenceSession.create(toOnnx(loss.graph, [{ value: loss }, { value: gradient }]), {
    intraOpNumThreads: threads,
    enableMemPattern: false,
    enableCpuMemArena: !prefersHeap(),
  });

  async function lossOf(batch: RankingBatch<Tokens>, embeddings: Float32Array, share: number) {
    const results = await session.run({
      ...rankingFeeds(batch),
      embeddings: new Tensor('float32', embeddings, [embeddings.length / width, width]),
      share: new Tensor('float32', [share], []),
    });
    return {
      value: (results[loss.name] as Tensor).data[0] as number,
      gradients: (results[gradient.name] as Tensor).data as Float32Array,
    };
  }

  return {
    async add(batch, share, first) {
      const texts = [...batch.queries, ...batch.documents];
      const lengths = texts.map(({ length }) => length);
      const parts = splitIntoMiniBatches(lengths, miniBatchSize).map((members, i) => ({
        members,
        feeds: () =>
          feed(
            members.map((text) => texts[text] as Tokens),
            first + i,
          ),
      }));
      const embeddings = new Float32Array(texts.length * width);
      for (const { members, feeds } of parts) {
        const part = await device.embeddings(feeds());
        for (const [at, text] of members.entries())
          embeddings.set(part.subarray(at * width, (at + 1) * width), text * width);
      }
      const { value, gradients } = await lossOf(batch, embeddings, share);
      for (const { members, feeds } of parts) {
        const part = new Float32Array(members.length * width);
        for (const [at, text] of members.entries())
          part.set(gradients.subarray(text * width, (text + 1) * width), at * width);
        const embeddingGradients = new Tensor('float32', part, [members.length, width]);
        await device.gradients({ ...feeds(), embeddingGradients });
      }
      return { loss: value, miniBatches: parts.length };
    },
    close: () => session.release(),
  };
}

/** The ranking loss of `embeddings`, float32 [texts, width], times `share`, and its gradient by the embeddings. */
function lossGraph(width: number, options: LossOptions): { loss: Value; gradient: Value } {
  const graph = new Graph();
  const embeddings = graph.input('embeddings', 'float32', ['texts', width]);
  const loss = mul(rankingLoss(normalise(embeddings), options), graph.input('share', 'float32', []));
  return { loss, gradient: backward(loss, [embeddings])[0] as Value };
}
