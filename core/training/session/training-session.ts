import { availableParallelism } from 'node:os';
import { Tensor } from 'onnxruntime-node';
import { Fault } from '../../contracts/fault.ts';
import type { DeviceName } from '../../devices/device-names.ts';
import { embeddingDimension } from '../../encoder/architectures/index.ts';
import type { ModelFolder } from '../../encoder/files/model-folder.ts';
import type { DropoutSite } from '../../encoder/forward/packed-pass.ts';
import { arrange, type Packing, packBatch, sizesOf } from '../../encoder/forward/packing.ts';
import { type RankingBatch, rankingFeeds } from '../data/ranking-batch.ts';
import type { ParameterState, TrainingDevice } from '../devices/device.ts';
import { openDevice } from '../devices/open-device.ts';
import { openCachedGradients } from '../loss/cached-gradients.ts';
import { type HeldOutLoss, openHeldOutLoss } from '../loss/held-out-loss.ts';
import { splitIntoMiniBatches } from '../loss/mini-batches.ts';
import type { LossOptions } from '../loss/ranking-loss.ts';
import type { AdamWStep } from '../optimizer/adamw.ts';
import { type FrozenParameter, isTrained, type Parameter } from '../optimizer/parameters.ts';
import { DropoutMasks } from './dropout-masks.ts';
import { groupsForGpu, layersToRecompute, type MemoryPlan, memoryNeed, peakBytes } from './memory.ts';
import { gradCacheProgram, trainingProgram } from './training-graph.ts';

export interface SessionOptions {
  readonly loss: LossOptions;
  /** Tokens of every text of every batch to come. */
  readonly plan: readonly (readonly number[])[];
  /** Of the dropout masks. */
  readonly seed: number;
  /** Rate of every dropout; default: the model's own rates. */
  readonly dropout?: number | undefined;
  /** Texts encoded at once, on average, if a batch has more (GradCache); default: all. */
  readonly miniBatchSize?: number | undefined;
  /** Default `cpu`. */
  readonly device?: DeviceName | undefined;
  /** Threads of the runtime; default: all cores. */
  readonly threads?: number | undefined;
  /** See `PackedLayout`; default 1. */
  readonly chunks?: number | undefined;
  /** See `PackedLayout`; default 4, on WebGPU more if the attention scores of a group are too large for a buffer. */
  readonly groups?: number | undefined;
  /** Whether steps have several batches; default false. */
  readonly accumulates?: boolean | undefined;
  /** Whether the weights of the best step are kept beside those that are trained; default false. */
  readonly keepsBest?: boolean | undefined;
  /** Bytes of all weights of the model, as float32, that is saved in the end; default 0. */
  readonly savedBytes?: number | undefined;
  /** Bytes that training may take; default: four fifths of the free memory. */
  readonly memory?: number | undefined;
  /** Layers that are recomputed for their gradient; default: as few as the memory allows. */
  readonly recompute?: number | undefined;
}

/**
 * `T` is a text in the form that the session takes: for `openTrainingSession` its tokens, as rows of the trained token
 * embeddings.
 */
export interface TrainingSession<T = readonly number[]> {
  /**
   * Computes the loss of a batch and adds its gradients to those for the next `update`. Blocks its thread on a CPU.
   * @param step From 0.
   * @param share The part of the batch in the loss and the gradients of its step; default 1.
   * @returns That part of the loss.
   */
  gradients(batch: RankingBatch<T>, step: number, share?: number): Promise<number>;
  /**
   * Takes a step of AdamW.
   * @returns The L2 norm of the gradients before clipping. If it is not finite, no parameter was changed.
   */
  update(step: AdamWStep): Promise<number>;
  /** The mean loss over the queries of the batches, without dropout. Changes no gradient. */
  heldOutLoss?(batches: readonly RankingBatch<T>[]): Promise<number>;
  /** The trained parameters; valid until the next `update`. */
  read(): Promise<readonly ParameterState[]>;
  /** What the largest batch of the plan is expected to take; absent if that is little. */
  readonly memory?: MemoryPlan;
  close(): Promise<void>;
}

/**
 * Opens a device for the training of an encoder.
 * @throws Fault `input` if training cannot stay within `memory`.
 */
export async function openTrainingSession(
  { encoder, pooling }: Pick<ModelFolder, 'encoder' | 'pooling'>,
  parameters: readonly (Parameter | FrozenParameter)[],
  options: SessionOptions,
): Promise<Required<TrainingSession>> {
  const { loss, dropout, miniBatchSize, device: name = 'cpu', threads = availableParallelism() } = options;
  const { chunks = 1 } = options;
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]));
  /** Tokens of every text that is packed together. */
  const plan = miniBatchSize
    ? options.plan.flatMap((lengths) =>
        splitIntoMiniBatches(lengths, miniBatchSize).map((part) => part.map((text) => lengths[text] as number)),
      )
    : options.plan;
  const wished: Packing = { encoder, chunks, groups: options.groups ?? 4, pooling };
  const groups = name === 'webgpu' ? groupsForGpu(wished, plan) : wished.groups;
  const packing: Packing = { ...wished, groups };
  const memory = planMemory(packing, parameters, plan, options);
  const programOptions = {
    trained: parameters.filter(isTrained).map(({ name }) => name),
    layout: { chunks, groups, recompute: memory.recomputedLayers, pooling, ...(dropout !== undefined && { dropout }) },
  };
  const program = miniBatchSize
    ? gradCacheProgram(encoder, shapes, programOptions)
    : trainingProgram(encoder, shapes, loss, programOptions);
  const sites = program.dropout.map((site, number) => ({ ...site, number }));
  const masks = new DropoutMasks({ seed: options.seed, largest: largestMask(sites, plan, packing) });
  const device = await openDevice(name, program, parameters, { threads });
  let step = 0;
  let heldOut: HeldOutLoss | undefined;
  /** Packed batches of the step so far. Each has its own dropout masks. */
  let packed = 0;

  /** @param number Of the packed batch in its step. */
  function feed(texts: readonly (readonly number[])[], number: number): Record<string, Tensor> {
    const { feeds, dims } = packBatch(texts, packing);
    for (const site of sites) {
      const sizes = sizesOf(site.shape, dims);
      const values = masks.at(step, number * sites.length + site.number, site.rate, product(sizes));
      feeds[site.input] = new Tensor('float32', values, sizes);
    }
    return feeds;
  }

  const cached = miniBatchSize
    ? await openCachedGradients(device as Required<TrainingDevice>, {
        miniBatchSize,
        width: embeddingDimension(encoder),
        loss,
        threads,
        feed,
      })
    : undefined;
  return {
    async gradients(batch, at, share = 1) {
      step = at;
      if (cached) {
        const { loss, miniBatches } = await cached.add(batch, share, packed);
        packed += miniBatches;
        return loss;
      }
      return device.gradients({
        ...feed([...batch.queries, ...batch.documents], packed++),
        ...rankingFeeds(batch),
        share: new Tensor('float32', [share], []),
      });
    },
    update(step) {
      packed = 0;
      return device.update(step);
    },
    async heldOutLoss(batches) {
      heldOut ??= await openHeldOutLoss(packing, parameters, { loss, threads, miniBatchSize });
      return heldOut.of(batches, [...parameters.filter((p) => !isTrained(p)), ...(await device.read())]);
    },
    read: () => device.read(),
    memory,
    async close() {
      await heldOut?.close();
      await cached?.close();
      await device.close();
    },
  };
}

/** @throws Fault `input` if a given budget cannot be kept. */
function planMemory(
  packing: Packing,
  parameters: readonly (Parameter | FrozenParameter)[],
  plan: SessionOptions['plan'],
  options: SessionOptions,
): MemoryPlan {
  const { memory, dropout, recompute, accumulates = false, keepsBest = false, savedBytes = 0 } = options;
  const { layers } = packing.encoder;
  const [all, trained] = [parameters, parameters.filter(isTrained)].map((some) =>
    some.reduce((n, { weights }) => n + weights.byteLength, 0),
  ) as [number, number];
  // Two moments and the gradient; with several batches in a step, the gradient of one beside their sum.
  const isSummed = accumulates || plan.length > options.plan.length;
  const parameterBytes = all + trained * (3 + Number(isSummed) + Number(keepsBest));
  const need = memoryNeed(packing, parameterBytes, plan, dropout !== 0, savedBytes);
  const recomputedLayers = recompute ?? layersToRecompute(need, layers, memory ?? 0.8 * process.availableMemory());
  const bytes = peakBytes(need, layers, recomputedLayers);
  if (memory === undefined || bytes <= memory || recompute !== undefined) return { bytes, recomputedLayers };
  throw new Fault(
    'input',
    `Training takes about ${gigabytes(bytes)} even with recomputed layers, more than the ${gigabytes(memory)} it may take.`,
    'Lower maxLength or batchSize, set miniBatchSize, or give it more memory.',
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function largestMask(sites: readonly DropoutSite[], plan: SessionOptions['plan'], packing: Packing): number {
  // Every layer has sites of the same dimensions.
  const shapes = [...new Map(sites.map(({ shape }) => [shape.join(), shape])).values()];
  if (shapes.length === 0) return 0;
  return plan.reduce((largest, lengths) => {
    const { dims } = arrange(lengths, packing);
    return Math.max(largest, ...shapes.map((shape) => product(sizesOf(shape, dims))));
  }, 0);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((n, size) => n * size, 1);
}
