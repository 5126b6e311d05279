import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';
import { HashCounts, HashLists } from './hash-maps.ts';
import { shinglesOf } from './shingles.ts';

/** Share of a validation text's shingles that one training text has to contain to be a near-duplicate. */
const MIN_OVERLAP = 0.5;
/** A shingle of more training texts than this counts as one of every training text. */
const COMMON = 1000;

/**
 * Share of the validation texts (0 to 1) that have a near-duplicate in training: a single training text that contains
 * at least half of their shingles. Time and memory grow with the length of the texts, not with the number of pairs.
 * Yields to the event loop.
 * @throws the reason of `signal` once it is aborted.
 */
export async function leakage(
  train: readonly string[],
  validation: readonly string[],
  signal?: AbortSignal,
): Promise<number> {
  if (validation.length === 0) return 0;
  const yieldToEventLoop = eventLoopYielder(signal);
  const trainShingles = await shinglesOf(train, signal);
  const validationShingles = await shinglesOf(validation, signal);
  const counts = new HashCounts(validationShingles);
  for (const shingles of trainShingles) {
    for (const hash of shingles) counts.increment(hash);
    await yieldToEventLoop();
  }
  // Validation texts of which enough shingles occur anywhere in training.
  const candidates: { rareShingles: Uint32Array; required: number }[] = [];
  for (const shingles of validationShingles) {
    const found = shingles.filter((hash) => counts.get(hash) > 0);
    if (found.length > 0 && found.length >= shingles.length * MIN_OVERLAP) {
      const rareShingles = found.filter((hash) => counts.get(hash) <= COMMON);
      const common = found.length - rareShingles.length;
      candidates.push({ rareShingles, required: Math.max(1, shingles.length * MIN_OVERLAP - common) });
    }
    await yieldToEventLoop();
  }
  const postings = new HashLists();
  for (const { rareShingles } of candidates) {
    for (const hash of rareShingles) postings.getOrAdd(hash);
    await yieldToEventLoop();
  }
  for (const [i, shingles] of trainShingles.entries()) {
    for (const hash of shingles) postings.get(hash)?.push(i);
    await yieldToEventLoop();
  }
  let leaked = 0;
  for (const { rareShingles, required } of candidates) {
    if (rareShingles.length === 0 || maxShared(rareShingles, postings) >= required) leaked += 1;
    await yieldToEventLoop();
  }
  return leaked / validation.length;
}

/** The largest number of the shingles that a single training text contains. */
function maxShared(shingles: Uint32Array, postings: HashLists): number {
  const shared = new Map<number, number>();
  let most = 0;
  for (const hash of shingles) {
    for (const i of postings.get(hash) ?? []) {
      const count = (shared.get(i) ?? 0) + 1;
      shared.set(i, count);
      if (count > most) most = count;
    }
  }
  return most;
}
