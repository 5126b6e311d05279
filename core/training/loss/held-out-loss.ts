import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Graph, toOnnx } from '../../autodiff/index.ts';
import { feedsOf, parameterInputs } from '../../encoder/forward/inputs.ts';
import { packedEmbeddings } from '../../encoder/forward/packed-pass.ts';
import { type Packing, packBatch } from '../../encoder/forward/packing.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { type RankingBatch, rankingFeeds } from '../data/ranking-batch.ts';
import type { FrozenParameter } from '../optimizer/parameters.ts';
import { type LossOptions, rankingLoss } from './ranking-loss.ts';

type Weights = Pick<FrozenParameter, 'name' | 'shape'> & { readonly weights: Float32Array };

/** The loss of batches without dropout and gradients, computed on the CPU. */
export interface HeldOutLoss {
  /**
   * @param weights Of all parameters; they are read in place.
   * @returns Mean over the queries of all batches.
   */
  of(batches: readonly RankingBatch<readonly number[]>[], weights: readonly Weights[]): Promise<number>;
  close(): Promise<void>;
}

/** @param shapes Of the weights that `of` will be given. */
export async function openHeldOutLoss(
  packing: Packing,
  shapes: readonly Pick<FrozenParameter, 'name' | 'shape'>[],
  options: LossOptions,
  threads: number,
): Promise<HeldOutLoss> {
  const graph = new Graph();
  const parameter = parameterInputs(
    graph,
    shapes.map(({ name, shape }) => [name, shape]),
  );
  const { embeddings } = packedEmbeddings(graph, packing.encoder, parameter, { ...packing, train: false });
  const loss = rankingLoss(normalise(embeddings), options);
  const session = await InferenceSession.create(toOnnx(graph, [{ value: loss }]), {
    intraOpNumThreads: threads,
    enableMemPattern: false,
  });
  return {
    async of(batches, weights) {
      const tensors = new Map(weights.map((p) => [p.name, new Tensor('float32', p.weights, p.shape)]));
      let [sum, queries] = [0, 0];
      for (const batch of batches) {
        const { feeds } = packBatch([...batch.queries, ...batch.documents], packing);
        const results = await session.run(feedsOf(session, { ...feeds, ...rankingFeeds(batch) }, tensors));
        sum += batch.queries.length * ((results[loss.name] as Tensor).data[0] as number);
        queries += batch.queries.length;
      }
      return sum / queries;
    },
    close: () => session.release(),
  };
}
