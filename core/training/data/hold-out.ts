import { Fault } from '../../contracts/fault.ts';
import type { Pair } from '../../dataset/pairs.ts';
import { seeded, shuffled } from '../../primitives/random.ts';

/**
 * Sets a share of the passages aside with all their questions, so that no text of either side is on the other; a function of the seed.
 * @throws Fault `input` if a side would have nothing to compare.
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
      `training.earlyStopping.share sets ${count} of ${passages.length} passages aside; both sides need at least two.`,
      'Give another share, more questions, or leave earlyStopping out.',
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
