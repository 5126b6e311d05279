import type { LossPoint, TrainingOptions } from '../../contracts/training.ts';
import type { ParameterState } from '../devices/device.ts';

export type EarlyStoppingOptions = NonNullable<TrainingOptions['earlyStopping']>;

/** The step whose weights did best on the questions held out. */
export interface Best {
  readonly step: number;
  readonly loss: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/**
 * Watches the loss on questions that are not trained on: keeps the best weights, and says when there is nothing more to hope for
 * (transformers' `load_best_model_at_end` and `EarlyStoppingCallback`, on `eval_loss`).
 */
export class EarlyStopping {
  readonly #options: EarlyStoppingOptions;
  best: Best | undefined;

  /** @param best Where a training that goes on had it. */
  constructor(options: EarlyStoppingOptions, best?: Best) {
    this.#options = options;
    this.best = best;
  }

  /** Whether to look after this step. */
  isDue(step: number, steps: number): boolean {
    return step % this.#options.every === 0 || step === steps;
  }

  look(step: number, loss: number, states: readonly ParameterState[]): void {
    if (this.best && loss >= this.best.loss) return;
    this.best = { step, loss, weights: new Map(states.map(({ name, weights }) => [name, weights.slice()])) };
  }

  /** Whether as many looks as `patience` allows have brought nothing better. */
  isOver(losses: readonly LossPoint[]): boolean {
    const { patience } = this.#options;
    const since = losses.filter(({ step, heldOut }) => heldOut !== undefined && step > (this.best?.step ?? 0));
    return patience !== undefined && since.length >= patience;
  }
}

/** The same parameters with their best weights. */
export function withWeights(states: readonly ParameterState[], { weights }: Best): ParameterState[] {
  return states.map((state) => ({ ...state, weights: weights.get(state.name) as Float32Array }));
}
