import { availableParallelism } from 'node:os';
import { Tensor } from 'onnxruntime-node';
import type { AdamWStep } from './adamw.ts';
import type { DeviceName } from './devices/choose-device.ts';
import type { ParameterState } from './devices/device.ts';
import { OPEN_DEVICE } from './devices/open-device.ts';
import { DropoutMasks } from './dropout-masks.ts';
import { arrange, type Packing, packBatch, sizesOf } from './forward/packing.ts';
import type { ModelFolder } from './model-folder.ts';
import type { Parameter } from './parameters.ts';
import { trainingProgram } from './training-graph.ts';

export interface SessionOptions {
  /** Factor on the cosine inside the loss. */
  readonly scale: number;
  /** Tokens of every text of every batch to come. */
  readonly plan: readonly (readonly number[])[];
  /** Decides what is dropped out. */
  readonly seed: number;
  /** Rate of every dropout; default: the model's own. */
  readonly dropout?: number;
  /** Default `cpu`. */
  readonly device?: DeviceName;
  /** Threads of the runtime; default: all cores. */
  readonly threads?: number;
  readonly chunks?: number;
  readonly groups?: number;
  readonly recompute?: boolean;
}

export interface TrainingSession {
  /**
   * Computes the loss of a batch, and the gradients for the next `update`. Blocks its thread on a CPU.
   * @param texts Rows of the trained word table: the queries first, then their passages in the same order.
   * @param step From 0.
   */
  gradients(texts: readonly (readonly number[])[], step: number): Promise<number>;
  /** Takes a step of AdamW. @returns The gradients' L2 norm before clipping; where that is not finite, nothing was changed. */
  update(step: AdamWStep): Promise<number>;
  /** The parameters as they stand; valid until the next `update`. */
  read(): Promise<readonly ParameterState[]>;
  close(): Promise<void>;
}

/** Training of `parameters`, all of them, on a device. */
export async function openTrainingSession(
  { encoder, pooling }: ModelFolder,
  parameters: readonly Parameter[],
  options: SessionOptions,
): Promise<TrainingSession> {
  const { scale, dropout, device = 'cpu', threads = availableParallelism() } = options;
  const { chunks = 1, groups = 4, recompute = false } = options;
  const packing: Packing = { encoder, chunks, groups, pooling };
  const program = trainingProgram(
    encoder,
    new Map(parameters.map(({ name, shape }) => [name, shape])),
    parameters.map(({ name }) => name),
    { scale, layout: { chunks, groups, recompute, pooling, ...(dropout !== undefined && { dropout }) } },
  );
  const sites = program.dropout.map((site, number) => ({ ...site, number }));
  const masks = new DropoutMasks({ seed: options.seed, largest: largestMask(sites, options.plan, packing) });
  const { gradients, ...rest } = await OPEN_DEVICE[device](program, parameters, { threads });
  return {
    ...rest,
    gradients(texts, step) {
      const { feeds, dims } = packBatch(texts, packing);
      for (const { input, rate, shape, number } of sites) {
        const sizes = sizesOf(shape, dims);
        feeds[input] = new Tensor('float32', masks.at(step, number, rate, product(sizes)), sizes);
      }
      return gradients(feeds);
    },
  };
}

function largestMask(
  sites: readonly { shape: readonly (string | number)[] }[],
  plan: SessionOptions['plan'],
  packing: Packing,
): number {
  // Sites of the same dimensions come once a layer.
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
