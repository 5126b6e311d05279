import type { Pair, PairTexts } from '../../dataset/pairs.ts';
import { seeded, shuffled } from '../../primitives/random.ts';

/**
 * The batches of one epoch, as indices into `pairs`; a function of (seed, epoch). No text occurs twice in a batch, so
 * that no pair's passage is a false negative of another pair (NoDuplicatesBatchSampler in sentence-transformers). In
 * shuffled order, each pair goes into the first batch that has room and comes after every batch with one of the pair's
 * texts.
 * A pair that ends up alone, as many do where most questions are about one passage, gets a batch with pairs of other
 * batches, which are then trained on again. Left out are only pairs that share a text with every other pair.
 * @param pairs Of each pair, the texts that may not occur twice in a batch.
 */
export function sampleBatches(pairs: readonly PairTexts[], batchSize: number, seed: number, epoch: number): number[][] {
  const batches: number[][] = [];
  /** By text: the first batch after all those that contain it. */
  const firstAllowed = new Map<string, number>();
  // `next[b]` is b while batch b has room, else a later batch to try. Path compression skips full batches in one jump.
  const next: number[] = [];
  const firstWithRoom = (from: number): number => {
    let found = from;
    for (let after = next[found]; after !== undefined && after !== found; after = next[found]) found = after;
    for (let at = from; at < found; ) {
      const after = next[at] as number;
      next[at] = found;
      at = after;
    }
    return found;
  };
  for (const index of shuffled(pairs.length, seeded(seed, epoch))) {
    const texts = pairs[index] as PairTexts;
    const at = firstWithRoom(texts.reduce((first, text) => Math.max(first, firstAllowed.get(text) ?? 0), 0));
    while (batches.length <= at) {
      next.push(batches.length);
      batches.push([]);
    }
    const batch = batches[at] as number[];
    batch.push(index);
    if (batch.length === batchSize) next[at] = at + 1;
    for (const text of texts) firstAllowed.set(text, at + 1);
  }
  const together = batches.filter((batch) => batch.length > 1);
  const alone = batches.flatMap((batch) => (batch.length === 1 ? batch : []));
  return [...together, ...batchesWithRepeats(alone, together.flat(), pairs, batchSize)];
}

/**
 * A batch for each pair that has none, filled with pairs that have one, as far as an epoch does not become twice as
 * long. Repeated pairs take turns.
 * @param alone Pairs without a batch, by index.
 * @param others The other pairs, by index.
 */
function batchesWithRepeats(
  alone: readonly number[],
  others: readonly number[],
  pairs: readonly PairTexts[],
  batchSize: number,
): number[][] {
  if (alone.length === 0) return [];
  const repeats = Math.max(1, Math.min(batchSize - 1, Math.floor(pairs.length / alone.length)));
  const waiting = new Set(alone);
  const sharedTexts = sharedTextsOf(pairs);
  const withoutPartner = new Set<string>();
  let turn = 0;
  const batches: number[][] = [];
  for (const index of alone) {
    // Pairs with the same shared texts can be compared with the same pairs, so that one search is enough.
    const shared = sharedTexts(index);
    if (!waiting.delete(index) || withoutPartner.has(shared)) continue;
    const batch = [index];
    const texts = new Set(pairs[index]);
    const add = (other: number) => {
      const own = pairs[other] as PairTexts;
      if (own.some((text) => texts.has(text))) return;
      batch.push(other);
      for (const text of own) texts.add(text);
    };
    for (let tried = 0; tried < others.length && batch.length <= repeats; tried++)
      add(others[turn++ % others.length] as number);
    // Two pairs may be alone because of what else their batches would have held.
    for (const other of batch.length === 1 ? alone : []) if (batch.length <= repeats && other !== index) add(other);
    for (const other of batch) waiting.delete(other);
    if (batch.length > 1) batches.push(batch);
    else withoutPartner.add(shared);
  }
  return batches;
}

/** A key of the texts that a pair shares with other pairs. */
function sharedTextsOf(pairs: readonly PairTexts[]): (index: number) => string {
  const counts = new Map<string, number>();
  for (const texts of pairs) for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return (index) => JSON.stringify(pairs[index]?.filter((text) => (counts.get(text) ?? 0) > 1).sort());
}

/**
 * As `sampleBatches`, but with all pairs of a passage in the same batch, where the passage is encoded once.
 * @param batchSize Passages in a batch; it may have more pairs.
 */
export function sampleSharedBatches(
  pairs: readonly Pair[],
  batchSize: number,
  seed: number,
  epoch: number,
): number[][] {
  const groups = [...Map.groupBy(pairs.keys(), (i) => pairs[i]?.passage).values()];
  const texts = groups.map((group) => [...new Set(group.flatMap((i) => pairs[i]?.texts ?? []))]);
  return sampleBatches(texts, batchSize, seed, epoch).map((batch) => batch.flatMap((group) => groups[group] ?? []));
}
