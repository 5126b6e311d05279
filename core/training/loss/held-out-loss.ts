import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Graph, toOnnx, type Value } from '../../autodiff/index.ts';
import { embeddingDimension } from '../../encoder/architectures/index.ts';
import { feedsOf, parameterInputs } from '../../encoder/forward/inputs.ts';
import { packedEmbeddings } from '../../encoder/forward/packed-pass.ts';
import { type Packing, packBatch } from '../../encoder/forward/packing.ts';
import { normalise } from '../../encoder/forward/pooling.ts';
import { type RankingBatch, rankingFeeds } from '../data/ranking-batch.ts';
import type { FrozenParameter } from '../optimizer/parameters.ts';
import { prefersHeap } from '../process/allocator.ts';
import { splitIntoMiniBatches } from './mini-batches.ts';
import { type LossOptions, rankingLoss } from './ranking-loss.ts';

type Weights = Pick<FrozenParameter, 'name' | 'shape'> & { readonly weights: Float32Array };
type Tokens = readonly number[];

/** The loss of batches without dropout and gradients, computed on the CPU. */
export interface HeldOutLoss {
  /**
   * @param weights Of all parameters; they are read in place.
   * @returns Mean over the queries of all batches.
   */
  of(batches: readonly RankingBatch<Tokens>[], weights: readonly Weights[]): Promise<number>;
  close(): Promise<void>;
}

export interface HeldOutLossOptions {
  readonly loss: LossOptions;
  readonly threads: number;
  /** Texts encoded at once, on average, as in training; default: all of a batch. */
  readonly miniBatchSize?: number | undefined;
}

/** @param shapes Of the weights that `of` will be given. */
export async function openHeldOutLoss(
  packing: Packing,
  shapes: readonly Pick<FrozenParameter, 'name' | 'shape'>[],
  { loss: options, threads, miniBatchSize }: HeldOutLossOptions,
): Promise<HeldOutLoss> {
  const open = (output: Value) =>
    InferenceSession.create(toOnnx(output.graph, [{ value: output }]), {
      intraOpNumThreads: threads,
      enableMemPattern: false,
      enableCpuMemArena: !prefersHeap(),
    });
  const width = embeddingDimension(packing.encoder);
  const encoded = encodingGraph(packing, shapes);
  const encoding = await open(encoded);
  const compared = rankingLoss(normalise(new Graph().input('embeddings', 'float32', ['texts', width])), options);
  const comparing = await open(compared);

  async function embed(texts: readonly Tokens[], weights: ReadonlyMap<string, Tensor>): Promise<Tensor> {
    const lengths = texts.map(({ length }) => length);
    const all = new Float32Array(texts.length * width);
    for (const members of splitIntoMiniBatches(lengths, miniBatchSize ?? texts.length)) {
      const { feeds } = packBatch(
        members.map((text) => texts[text] as Tokens),
        packing,
      );
      const results = await encoding.run(feedsOf(encoding, feeds, weights));
      const part = (results[encoded.name] as Tensor).data as Float32Array;
      for (const [at, text] of members.entries()) all.set(part.subarray(at * width, (at + 1) * width), text * width);
    }
    return new Tensor('float32', all, [texts.length, width]);
  }

  return {
    async of(batches, weights) {
      const tensors = new Map(weights.map((p) => [p.name, new Tensor('float32', p.weights, p.shape)]));
      let [sum, queries] = [0, 0];
      for (const batch of batches) {
        const embeddings = await embed([...batch.queries, ...batch.documents], tensors);
        const results = await comparing.run({ ...rankingFeeds(batch), embeddings });
        sum += batch.queries.length * ((results[compared.name] as Tensor).data[0] as number);
        queries += batch.queries.length;
      }
      return sum / queries;
    },
    async close() {
      await encoding.release();
      await comparing.release();
    },
  };
}

/** The embeddings of a packed batch, [texts, width], before they are normalised. */
function encodingGraph(packing: Packing, shapes: readonly Pick<FrozenParameter, 'name' | 'shape'>[]): Value {
  const graph = new Graph();
  const parameter = parameterInputs(
    graph,
    shapes.map(({ name, shape }) => [name, shape]),
  );
  return packedEmbeddings(graph, packing.encoder, parameter, { ...packing, train: false }).embeddings;
}
