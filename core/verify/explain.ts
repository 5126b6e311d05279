import { ACCEPTED, driftOf, EXACT, mean } from './drift.ts';
import type { Hypothesis } from './hypotheses.ts';
import type { Reference } from './reference.ts';
import type { Sample } from './samples.ts';
import type { Variant } from './variant.ts';

/** What a server does, as far as its vectors tell. */
export interface Explanation {
  readonly hypotheses: readonly Hypothesis[];
  readonly variant: Variant;
  /** Drift of each sample from this explanation. */
  readonly drifts: readonly number[];
}

/** A drift below this is noise: smaller ones are not better. */
const NOISE = 1e-7;
/** An explanation that is better leaves less than this share of the drift. */
const BETTER = 0.5;
/** Texts that pairs of hypotheses are tried on. */
const PAIR_TEXTS = 8;

/**
 * Finds the single change, or the pair of changes, that explains the served vectors. The model itself is the
 * explanation if it is exact, or if nothing else is much nearer.
 * @param served Vectors of the samples; texts that are not affected by truncation.
 */
export async function explain(
  reference: Reference,
  own: Variant,
  candidates: readonly Hypothesis[],
  samples: readonly Sample[],
  served: readonly Float32Array[],
): Promise<Explanation> {
  const tried = async (hypotheses: readonly Hypothesis[], among = samples): Promise<Explanation> => {
    const variant: Variant = Object.assign({}, own, ...hypotheses.map(({ change }) => change));
    const expected = await reference.embed(among, variant);
    const vectors = among === samples ? served : among.map((sample) => served[samples.indexOf(sample)] as Float32Array);
    return { hypotheses, variant, drifts: expected.map((vector, i) => driftOf(vector, vectors[i])) };
  };
  const plain = await tried([]);
  if (Math.max(...plain.drifts) <= EXACT) return plain;

  const expected = await reference.embed(samples, own);
  const singles: Explanation[] = [];
  for (const hypothesis of candidates) {
    const explanation = await tried([hypothesis]);
    const changed = await reference.embed(samples, explanation.variant);
    const affected = changed.map((vector, i) => driftOf(expected[i], vector) > EXACT);
    if (isBetter(explanation.drifts, plain.drifts, affected)) singles.push(explanation);
  }
  const single = nearest([plain, ...singles]);
  if (mean(single.drifts) <= ACCEPTED) return single;

  const few = samples.slice(0, PAIR_TEXTS);
  const pairs: Explanation[] = [];
  for (const pair of pairsOf(candidates)) pairs.push(await tried(pair, few));
  const pair = pairs.length > 0 ? await tried(nearest(pairs).hypotheses) : single;
  return isBetter(pair.drifts, single.drifts) ? pair : single;
}

/** Pairs that change different things, those that one encoder can compute together. */
function pairsOf(candidates: readonly Hypothesis[]): [Hypothesis, Hypothesis][] {
  const pairs = candidates.flatMap((first, i) =>
    candidates
      .slice(i + 1)
      .filter(({ change }) => !Object.keys(first.change).some((aspect) => aspect in change))
      .map((second): [Hypothesis, Hypothesis] => [first, second]),
  );
  const encoderOf = (pair: readonly Hypothesis[]) => {
    const { base, pooling, withoutDense, withoutAdapter, lowerCase }: Partial<Variant> = Object.assign(
      {},
      ...pair.map(({ change }) => change),
    );
    return JSON.stringify([base, pooling, withoutDense, withoutAdapter, lowerCase]);
  };
  return pairs.toSorted((a, b) => encoderOf(a).localeCompare(encoderOf(b)));
}

/** @param affected The texts that count; default: all. */
export function isBetter(
  drifts: readonly number[],
  than: readonly number[],
  affected: readonly boolean[] = drifts.map(() => true),
): boolean {
  const of = (all: readonly number[]) => mean(all.filter((_, i) => affected[i]));
  return of(drifts) + NOISE < BETTER * of(than) && mean(drifts) < mean(than);
}

/** The nearest, or an earlier one that is as near. */
function nearest(explanations: readonly Explanation[]): Explanation {
  const driftsOf = ({ drifts }: Explanation) => Math.max(mean(drifts), NOISE);
  return explanations.reduce((best, one) => (driftsOf(one) < 0.8 * driftsOf(best) ? one : best));
}
