import type { Tensor } from 'onnxruntime-node';
import type { AdamWStep } from '../optimizer/adamw.ts';
import type { Parameter } from '../optimizer/parameters.ts';

/** A parameter and its moments. */
export type ParameterState = Pick<Parameter, 'name' | 'shape'> &
  Readonly<Record<'weights' | 'first' | 'second', Float32Array>>;

export type Feeds = Readonly<Record<string, Tensor>>;

/** Where training happens. It has the parameters and their moments; nothing but a batch goes in and two numbers come out of a step. */
export interface TrainingDevice {
  /** Computes the loss of a batch and its gradients; those of several batches before an `update` are summed. */
  gradients(batch: Feeds): Promise<number>;
  /** The program's `rows`, where it has them. */
  rows?(batch: Feeds): Promise<Float32Array>;
  /**
   * Takes a step of AdamW by the gradients at hand, clipped.
   * @returns Their L2 norm before clipping; where that is not finite, nothing was changed.
   */
  update(step: AdamWStep): Promise<number>;
  /** The trained parameters as they stand: for a checkpoint, an evaluation, the end. Valid until the next `update`. */
  read(): Promise<ParameterState[]>;
  close(): Promise<void>;
}
