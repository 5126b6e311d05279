import { InferenceSession, Tensor } from 'onnxruntime-node';
import { toOnnx } from '../../autodiff/index.ts';
import { type RankingBatch, rankingFeeds } from '../data/ranking-batch.ts';
import type { Feeds, TrainingDevice } from '../devices/device.ts';
import { lossGraph } from '../session/training-graph.ts';
import type { LossOptions } from './ranking-loss.ts';

type Tokens = readonly number[];

export interface CachedOptions {
  /** Texts encoded at once, on average. */
  readonly miniBatchSize: number;
  /** Width of a row. */
  readonly hidden: number;
  readonly loss: LossOptions;
  readonly threads: number;
  /** Packs a mini batch, with the dropout masks that belong to its number: the same ones whenever it is asked. */
  feed(texts: readonly Tokens[], miniBatch: number): Feeds;
}

export interface CachedGradients {
  /**
   * Adds a batch's gradients to the device's.
   * @param share The batch's part in the loss of its step.
   * @param first Number of its first mini batch.
   * @returns Its share of the loss, and how many mini batches it took.
   */
  add(batch: RankingBatch<Tokens>, share: number, first: number): Promise<{ loss: number; miniBatches: number }>;
  close(): Promise<void>;
}

/**
 * GradCache (Gao et al. 2021, Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup; CachedMultipleNegativesRankingLoss in
 * sentence-transformers): the gradient of a large batch in the memory of a mini batch, for one more forward pass. All rows are computed without
 * gradients; the loss over them and its gradient by each row; then each mini batch anew, with its rows' gradients as seed.
 */
export async function openCachedGradients(
  device: Required<Pick<TrainingDevice, 'gradients' | 'rows'>>,
  { miniBatchSize, hidden, loss: options, threads, feed }: CachedOptions,
): Promise<CachedGradients> {
  const { loss, gradient } = lossGraph(hidden, options);
  const session = await InferenceSession.create(toOnnx(loss.graph, [{ value: loss }, { value: gradient }]), {
    intraOpNumThreads: threads,
    enableMemPattern: false,
  });
  return {
    async add(batch, share, first) {
      const texts = [...batch.queries, ...batch.documents];
      const parts = miniBatches(
        texts.map(({ length }) => length),
        miniBatchSize,
      );
      const feeds = (part: readonly number[], i: number) =>
        feed(
          part.map((text) => texts[text]),
          first + i,
        );
      const rows = new Float32Array(texts.length * hidden);
      for (const [i, part] of parts.entries()) {
        const made = await device.rows(feeds(part, i));
        for (const [at, text] of part.entries()) rows.set(made.subarray(at * hidden, (at + 1) * hidden), text * hidden);
      }
      const results = await session.run({
        ...rankingFeeds(batch),
        rows: new Tensor('float32', rows, [texts.length, hidden]),
        share: new Tensor('float32', [share], []),
      });
      const byRow = results[gradient.name].data as Float32Array;
      for (const [i, part] of parts.entries()) {
        const seed = new Float32Array(part.length * hidden);
        for (const [at, text] of part.entries())
          seed.set(byRow.subarray(text * hidden, (text + 1) * hidden), at * hidden);
        await device.gradients({ ...feeds(part, i), seed: new Tensor('float32', seed, [part.length, hidden]) });
      }
      return { loss: (results[loss.name].data as Float32Array)[0], miniBatches: parts.length };
    },
    close: () => session.release(),
  };
}

/**
 * The texts of a batch, by index, in parts of `size` texts on average: texts of similar length together, which pads little, and about as many tokens
 * in each part, which take as much memory. The longest come first, so that what they needed serves all others.
 * @param lengths Tokens of each text.
 */
export function miniBatches(lengths: readonly number[], size: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const parts: number[][] = Array.from({ length: Math.ceil(order.length / size) }, () => []);
  const tokens = lengths.reduce((n, length) => n + length, 0);
  let before = 0;
  for (const text of order) {
    parts[Math.floor(((before + lengths[text] / 2) / tokens) * parts.length)].push(text);
    before += lengths[text];
  }
  return parts.filter((part) => part.length > 0);
}
