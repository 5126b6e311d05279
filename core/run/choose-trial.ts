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

interface Candidate extends MergeScore {
  readonly learningRate: number;
}

/**
 * The lowest learning rate that is as good as the best, with the merge that is best at this rate. As good is a loss on
 * the development questions that is higher by at most one standard error of the difference (Breiman et al. 1984,
 * Classification and Regression Trees, section 3.4.3): a higher rate has to show that it is better, and few questions
 * show little. A merge need not, because any share is a smaller change than all of the tuned model.
 *
 * Only those count that are better than the base model, and that lose at most 0.01 of nDCG at 10 on the general set. If
 * there is none, the smallest change is chosen.
 * @param trials At least one.
 * @param base Scores of the base model.
 */
export function chooseTrial(trials: readonly Trial[], base: MergeScore): ChosenTrial {
  const candidates = trials.flatMap(({ learningRate, scores }) => scores.map((score) => ({ learningRate, ...score })));
  const kept = candidates.filter(
    ({ general, development }) =>
      development.loss < base.development.loss &&
      (!general || !base.general || general.ndcg >= base.general.ndcg - MAX_GENERAL_LOSS),
  );
  const [best] = kept.toSorted((a, b) => a.development.loss - b.development.loss);
  if (best) {
    const asGood = kept.filter((candidate) => isAsGood(candidate, best));
    const [chosen = best] = asGood.toSorted(
      (a, b) => a.learningRate - b.learningRate || a.development.loss - b.development.loss,
    );
    return { learningRate: chosen.learningRate, merge: chosen.merge, baseIsBetter: false };
  }
  const [first] = candidates.toSorted((a, b) => a.learningRate - b.learningRate || a.merge - b.merge);
  if (!first) throw new RangeError('no trial was made');
  return { learningRate: first.learningRate, merge: first.merge, baseIsBetter: true };
}

function isAsGood(one: Candidate, best: Candidate): boolean {
  if (one === best) return true;
  const [own, others] = [one.development.losses, best.development.losses];
  // Scores of an earlier version, which tell nothing about their error.
  if (!own || !others || own.length < 2) return false;
  const differences = own.map((loss, i) => loss - (others[i] as number));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (differences.length - 1) / differences.length);
  return mean <= standardError;
}
