import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';
import { HashCounts, HashLists } from './hash-maps.ts';
import { shingles } from './shingles.ts';

/** Size of the sketch of a text: its smallest shingle hashes, a uniform sample ("bottom-k"; Broder 1997). */
const SKETCH = 128;
/**
 * The smallest hashes of a sketch, by which candidate pairs are found. Two near-duplicates share none of them with a
 * probability below 1e-9.
 */
const KEYS = 32;
/** Jaccard similarity of the shingles from which two texts are near-duplicates. */
const MIN_SIMILARITY = 0.5;
/** Earlier texts listed per hash at most; near-duplicates also share many other hashes. */
const MAX_POSTINGS = 20;

/**
 * Groups texts that are near-duplicates, directly or through others. Returns the group number of each text; groups are
 * numbered in the order of their first text. Yields to the event loop.
 * @throws the reason of `signal` once it is aborted.
 */
export async function nearDuplicateGroups(texts: readonly string[], signal?: AbortSignal): Promise<number[]> {
  const yieldToEventLoop = eventLoopYielder(signal);
  const sketches: Uint32Array[] = [];
  for (const text of texts) {
    sketches.push(scatter(shingles(text)).sort().slice(0, SKETCH));
    await yieldToEventLoop();
  }
  const keys = sketches.map((sketch) => sketch.subarray(0, KEYS));
  // Most hashes occur in one text only and need no list.
  const counts = new HashCounts(keys);
  for (const some of keys) {
    for (const hash of some) counts.increment(hash);
    await yieldToEventLoop();
  }
  const parent = texts.map((_, i) => i);
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root] as number;
    parent[i] = root;
    return root;
  };
  const postings = new HashLists();
  for (const [i, sketch] of sketches.entries()) {
    const candidates = new Set<number>();
    for (const hash of keys[i] as Uint32Array) {
      if (counts.get(hash) < 2) continue;
      const earlier = postings.getOrAdd(hash);
      for (const j of earlier) candidates.add(j);
      if (earlier.length < MAX_POSTINGS) earlier.push(i);
    }
    for (const j of candidates) {
      if (find(i) !== find(j) && similarity(sketch, sketches[j] as Uint32Array) >= MIN_SIMILARITY)
        parent[find(i)] = find(j);
    }
    await yieldToEventLoop();
  }
  const numbers = new Map<number, number>();
  return texts.map((_, i) => {
    const root = find(i);
    if (!numbers.has(root)) numbers.set(root, numbers.size);
    return numbers.get(root) as number;
  });
}

/** Estimate of the Jaccard similarity: the share of the smallest hashes of the union that are in both sketches. */
function similarity(a: Uint32Array, b: Uint32Array): number {
  let i = 0;
  let j = 0;
  let both = 0;
  let union = 0;
  while (union < SKETCH && (i < a.length || j < b.length)) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    if (left === right) both += 1;
    if (left <= right) i += 1;
    if (right <= left) j += 1;
    union += 1;
  }
  return union === 0 ? 0 : both / union;
}

/** MurmurHash3's finalizer. Invariant: without it the smallest hashes would not be a uniform sample. */
function scatter(hashes: Uint32Array): Uint32Array {
  return hashes.map((hash) => {
    let h = hash ^ (hash >>> 16);
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  });
}
