/** What a softmax compares: the scores less that of the right one, which is among them as 0. */
export type Margins = readonly number[];

export interface Explained {
  /** Mean cross entropy, in nats. */
  readonly loss: number;
  /** The cross entropy of each softmax. */
  readonly losses: readonly number[];
}

export interface MostLikely extends Explained {
  readonly scale: number;
}

/** Leaves less than a billionth of the searched interval. */
const HALVINGS = 40;
/** Beyond it, a scale of cosines is as good as infinite: a difference of 0.01 is a factor of 20,000. */
const MAX_SCALE = 1000;

/**
 * The factor on the scores at which softmaxes of them explain the right ones best: the maximum of the likelihood of an
 * inverse temperature (Guo et al. 2017, On Calibration of Modern Neural Networks, section 4.2). The cross entropy is
 * convex in the factor, so its derivative has one zero, which bisection finds.
 * @param max The largest factor that is considered; default 1000. It is returned if all right ones have the highest
 * score, as the likelihood then rises for ever.
 */
export function mostLikelyScale(softmaxes: readonly Margins[], max = MAX_SCALE): MostLikely {
  let [low, high] = [0, max];
  if (slope(softmaxes, max) <= 0) low = max;
  for (let i = 0; i < HALVINGS && low < high; i++) {
    const middle = (low + high) / 2;
    if (slope(softmaxes, middle) > 0) high = middle;
    else low = middle;
  }
  const scale = (low + high) / 2;
  return { scale, ...explainedAt(softmaxes, scale) };
}

/** How well softmaxes of the scores, multiplied by `scale`, explain the right ones. */
export function explainedAt(softmaxes: readonly Margins[], scale: number): Explained {
  const losses = softmaxes.map((margins) => crossEntropy(margins, scale));
  return { loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length, losses };
}

/** Derivative of the summed cross entropy by the scale: the expected margin, as that of the right one is 0. */
function slope(softmaxes: readonly Margins[], scale: number): number {
  return softmaxes.reduce((total, margins) => {
    const largest = maximum(margins);
    let [weights, weighted] = [0, 0];
    for (const margin of margins) {
      const weight = Math.exp(scale * (margin - largest));
      weights += weight;
      weighted += weight * margin;
    }
    return total + weighted / weights;
  }, 0);
}

function crossEntropy(margins: Margins, scale: number): number {
  const largest = maximum(margins);
  const weights = margins.reduce((sum, margin) => sum + Math.exp(scale * (margin - largest)), 0);
  return Math.log(weights) + scale * largest;
}

function maximum(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
}
