import type { LossPoint, TrainingOptions } from '../../contracts/training.ts';
import type { ParameterState } from '../devices/device.ts';

export type EarlyStoppingOptions = NonNullable<TrainingOptions['earlyStopping']>;

/** The step with the lowest loss on the held-out questions. */
export interface Best {
  readonly step: number;
  /** On the held-out questions. */
  readonly loss: number;
  /** Of the trained parameters, by name. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/**
 * Keeps the weights with the lowest loss on held-out questions, and ends training when the loss no longer falls (in
 * transformers `load_best_model_at_end` and `EarlyStoppingCallback`, on `eval_loss`).
 */
export class EarlyStopping {
  readonly #options: EarlyStoppingOptions;
  best: Best | undefined;

  /** @param best That of the checkpoint, if training is resumed. */
  constructor(options: EarlyStoppingOptions, best?: Best) {
    this.#options = options;
    this.best = best;
  }

  /** Whether the held-out loss is to be measured after this step, counted from 1. */
  isDue(step: number, steps: number): boolean {
    return step % this.#options.every === 0 || step === steps;
  }

  /** Copies the weights if the held-out loss is the lowest so far. */
  record(step: number, loss: number, parameters: readonly ParameterState[]): void {
    if (this.best && loss >= this.best.loss) return;
    this.best = { step, loss, weights: new Map(parameters.map(({ name, weights }) => [name, weights.slice()])) };
  }

  /** Whether the last `patience` held-out losses were no better than the best. */
  isOutOfPatience(losses: readonly LossPoint[]): boolean {
    const { patience } = this.#options;
    const since = losses.filter(({ step, heldOut }) => heldOut !== undefined && step > (this.best?.step ?? 0));
    return patience !== undefined && since.length >= patience;
  }
}

/** The same parameters with their best weights. */
export function withWeights(parameters: readonly ParameterState[], { weights }: Best): ParameterState[] {
  return parameters.map((parameter) => ({ ...parameter, weights: weights.get(parameter.name) as Float32Array }));
}
