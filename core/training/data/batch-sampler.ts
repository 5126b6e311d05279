import type { Pair, PairTexts } from '../../dataset/pairs.ts';
import { seeded, shuffled } from '../../primitives/random.ts';

/**
 * The batches of one epoch, as indices into `pairs`; a function of (seed, epoch). No text occurs twice in a batch, so
 * that no pair's passage is a false negative of another pair (NoDuplicatesBatchSampler in sentence-transformers). In
 * shuffled order, each pair goes into the first batch that has room and comes after every batch with one of the pair's
 * texts. A batch of a single pair has no negatives and is dropped.
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
  return batches.filter((batch) => batch.length > 1);
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
