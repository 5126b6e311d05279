import { Fault } from '../../contracts/fault.ts';
import { connectedPairs, passagesOf } from '../../dataset/connected-pairs.ts';
import type { Pair } from '../../dataset/pairs.ts';
import { seeded, shuffled } from '../../primitives/random.ts';

/**
 * Splits the pairs for early stopping. Pairs that share a question or a passage, also through other pairs, stay
 * together, so that the two parts share no text. A function of the seed.
 * @param share Of the passages, 0 to 1; fewer are held out where pairs that stay together would exceed it.
 * @throws Fault `input` if either part would have fewer than two passages.
 */
export function holdOut(
  pairs: readonly Pair[],
  share: number,
  seed: number,
): { readonly training: Pair[]; readonly heldOut: Pair[] } {
  const groups = connectedPairs(pairs);
  const all = passagesOf(pairs).length;
  const wanted = Math.round(share * all);
  const chosen = new Set<Pair>();
  let count = 0;
  for (const index of shuffled(groups.length, seeded(seed, 0xde7))) {
    const group = groups[index] as Pair[];
    const passages = passagesOf(group).length;
    if (count + passages > wanted) continue;
    count += passages;
    for (const pair of group) chosen.add(pair);
  }
  if (count < 2 || all - count < 2) throw tooFew(count, all, wanted);
  return {
    training: pairs.filter((pair) => !chosen.has(pair)),
    heldOut: pairs.filter((pair) => chosen.has(pair)),
  };
}

function tooFew(count: number, all: number, wanted: number): Fault {
  const why = count < wanted ? ', as questions with several passages keep them together' : '';
  return new Fault(
    'input',
    `training.earlyStopping.share holds out ${count} of ${all} passages${why}; at least two must be held out, and two left to train on.`,
    'Give another share, add questions, or leave earlyStopping out.',
  );
}
