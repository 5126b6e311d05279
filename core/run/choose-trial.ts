import type { MergeScore, Trial } from '../contracts/recipe.ts';

/** How much nDCG at 10 a model may lose on the general set. */
const MAX_GENERAL_LOSS = 0.01;

export interface ChosenTrial {
  readonly learningRate: number;
  /** Share of the tuned model. */
  readonly merge: number;
  /** Whether the base model ranks the development questions at least as well. */
  readonly baseIsBetter: boolean;
}

/**
 * The learning rate and merge with the lowest loss on the development questions, of those that lose at most 0.01 of
 * nDCG at 10 on the general set. If none does, or none is better than the base model, the smallest change is chosen.
 * @param trials At least one.
 * @param base Scores of the base model.
 */
export function chooseTrial(trials: readonly Trial[], base: MergeScore): ChosenTrial {
  const candidates = trials.flatMap(({ learningRate, scores }) => scores.map((score) => ({ learningRate, ...score })));
  const kept = candidates.filter(
    ({ general }) => !general || !base.general || general.ndcg >= base.general.ndcg - MAX_GENERAL_LOSS,
  );
  const [best] = kept.toSorted((a, b) => a.development.loss - b.development.loss);
  if (best && best.development.loss < base.development.loss)
    return { learningRate: best.learningRate, merge: best.merge, baseIsBetter: false };
  const [first] = candidates.toSorted((a, b) => a.learningRate - b.learningRate || a.merge - b.merge);
  if (!first) throw new RangeError('no trial was made');
  return { learningRate: first.learningRate, merge: first.merge, baseIsBetter: true };
}
