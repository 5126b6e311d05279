import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';
import { HashCounts } from './hash-counts.ts';
import { HashLists } from './hash-lists.ts';
import { shinglesOf } from './shingles.ts';

/** Share of a chunk's runs of eight words that one training chunk must have for the two to be near-duplicates. */
const OVERLAP = 0.5;
/** Runs that stand in more training chunks than this are taken to stand in every one. */
const EVERYWHERE = 1000;

/**
 * Share (0 to 1) of the validation texts half or more of whose runs of eight words stand in a single training text.
 * Time and memory grow with the text, not with the number of pairs. Gives way to the event loop.
 */
export async function leakage(train: readonly string[], validation: readonly string[]): Promise<number> {
  if (validation.length === 0) return 0;
  const yieldToEventLoop = eventLoopYielder();
  const trained = await shinglesOf(train);
  const judged = await shinglesOf(validation);
  const counts = new HashCounts(judged);
  for (const runs of trained) {
    for (const hash of runs) counts.meet(hash);
    await yieldToEventLoop();
  }
  const suspects: { runs: Uint32Array; shared: number }[] = [];
  for (const runs of judged) {
    const known = runs.filter((hash) => counts.of(hash) > 0);
    if (known.length > 0 && known.length >= runs.length * OVERLAP) {
      const shared = known.filter((hash) => counts.of(hash) <= EVERYWHERE);
      suspects.push({ runs: shared, shared: Math.max(1, runs.length * OVERLAP - (known.length - shared.length)) });
    }
    await yieldToEventLoop();
  }
  const postings = new HashLists();
  for (const { runs } of suspects) {
    for (const hash of runs) postings.open(hash);
    await yieldToEventLoop();
  }
  for (const [i, runs] of trained.entries()) {
    for (const hash of runs) postings.get(hash)?.push(i);
    await yieldToEventLoop();
  }
  let leaked = 0;
  for (const { runs, shared } of suspects) {
    if (runs.length === 0 || mostShared(runs, postings) >= shared) leaked += 1;
    await yieldToEventLoop();
  }
  return leaked / validation.length;
}

function mostShared(runs: Uint32Array, postings: HashLists): number {
  const shared = new Map<number, number>();
  let most = 0;
  for (const hash of runs) {
    for (const i of postings.get(hash) ?? []) {
      const count = (shared.get(i) ?? 0) + 1;
      shared.set(i, count);
      if (count > most) most = count;
    }
  }
  return most;
}
