import type { Tensor } from 'onnxruntime-node';
import type { AdamWStep } from '../optimizer/adamw.ts';
import type { Parameter } from '../optimizer/parameters.ts';

/** A parameter and its moments. */
export type ParameterState = Pick<Parameter, 'name' | 'shape'> &
  Readonly<Record<'weights' | 'first' | 'second', Float32Array>>;

/** Inputs of a graph, by name. */
export type Feeds = Readonly<Record<string, Tensor>>;

/**
 * Where training is computed. A device holds the parameters and their moments. In a step, batches go in, and only the
 * loss and the norm of the gradients come out.
 */
export interface TrainingDevice {
  /** Computes the loss of a batch and its gradients. The gradients of all batches before an `update` are summed. */
  gradients(batch: Feeds): Promise<number>;
  /** The program's `embeddings`, [texts, width]; absent if the program has none. */
  embeddings?(batch: Feeds): Promise<Float32Array>;
  /**
   * Takes a step of AdamW with the summed gradients, clipped.
   * @returns Their L2 norm before clipping. If it is not finite, no parameter was changed.
   */
  update(step: AdamWStep): Promise<number>;
  /** The trained parameters, for a checkpoint, an evaluation or the end; valid until the next `update`. */
  read(): Promise<ParameterState[]>;
  close(): Promise<void>;
}
