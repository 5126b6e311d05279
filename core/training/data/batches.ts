import type { Exclusive } from '../../dataset/pairs.ts';
import { seeded, shuffled } from '../../primitives/random.ts';

/**
 * The batches of one epoch, as indices into `pairs`; a function of (seed, epoch). In a batch no text stands twice, so that no pair's
 * answer counts as another's wrong one (sentence-transformers' NoDuplicatesBatchSampler). Each pair goes into the first batch with room that
 * lies behind all batches with a text of its own; what is left alone in a batch has nothing to be compared with and is left out.
 */
export function epochBatches(pairs: readonly Exclusive[], batchSize: number, seed: number, epoch: number): number[][] {
  const batches: number[][] = [];
  const after = new Map<string, number>();
  // Where to look for room from each batch on; full batches are skipped in one jump (path compression).
  const next: number[] = [];
  const withRoom = (from: number): number => {
    let batch = from;
    while (next[batch] !== undefined && next[batch] !== batch) batch = next[batch];
    for (let at = from; at < batch; ) [at, next[at]] = [next[at], batch];
    return batch;
  };
  for (const pair of shuffled(pairs.length, seeded(seed, epoch))) {
    const texts = pairs[pair];
    const at = withRoom(texts.reduce((least, text) => Math.max(least, after.get(text) ?? 0), 0));
    while (batches.length <= at) next[batches.push([]) - 1] = batches.length - 1;
    const batch = batches[at];
    batch.push(pair);
    if (batch.length === batchSize) next[at] = at + 1;
    for (const text of texts) after.set(text, at + 1);
  }
  return batches.filter((batch) => batch.length > 1);
}
