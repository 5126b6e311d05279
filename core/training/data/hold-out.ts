import { Fault } from '../../contracts/fault.ts';
import type { Pair } from '../../dataset/pairs.ts';
import { seeded, shuffled } from '../../primitives/random.ts';

/**
 * Splits the pairs for early stopping. A held-out passage takes all its questions with it, so that the two parts share
 * no text. A function of the seed.
 * @param share Of the passages, 0 to 1.
 * @throws Fault `input` if either part would have fewer than two passages.
 */
export function holdOut(
  pairs: readonly Pair[],
  share: number,
  seed: number,
): { readonly training: Pair[]; readonly heldOut: Pair[] } {
  const passages = [...new Set(pairs.map(({ passage }) => passage))];
  const count = Math.round(share * passages.length);
  if (count < 2 || passages.length - count < 2)
    throw new Fault(
      'input',
      `training.earlyStopping.share holds out ${count} of ${passages.length} passages; at least two must be held out, and two left to train on.`,
      'Give another share, add questions, or leave earlyStopping out.',
    );
  const chosen = new Set(
    shuffled(passages.length, seeded(seed, 0xde7))
      .slice(0, count)
      .map((i) => passages[i]),
  );
  return {
    training: pairs.filter(({ passage }) => !chosen.has(passage)),
    heldOut: pairs.filter(({ passage }) => chosen.has(passage)),
  };
}
