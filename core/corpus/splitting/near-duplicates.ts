import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';
import { HashCounts } from './hash-counts.ts';
import { HashLists } from './hash-lists.ts';
import { shingles } from './shingles.ts';

/** Hashes kept of each text: the smallest ones, a fair sample of its runs of words ("bottom-k"; Broder 1997). */
const SKETCH = 128;
/** The smallest of these, by which texts that may be alike are found: of two that are, the odds of sharing none are below 1e-9. */
const KEYS = 32;
/** Jaccard similarity of the runs of words from which on two texts count as the same. */
const SIMILAR = 0.5;
/** Earlier texts that one hash can point to; texts alike enough share many other hashes as well. */
const MAX_POSTINGS = 20;

/**
 * For each text the index of the group of near-duplicates it is in; groups are numbered in order of appearance.
 * Gives way to the event loop.
 */
export async function nearDuplicateGroups(texts: readonly string[]): Promise<number[]> {
  const yieldToEventLoop = eventLoopYielder();
  const sketches: Uint32Array[] = [];
  for (const text of texts) {
    sketches.push(scatter(shingles(text)).sort().slice(0, SKETCH));
    await yieldToEventLoop();
  }
  const keys = sketches.map((sketch) => sketch.subarray(0, KEYS));
  // Nearly all stand in one text alone; only the others are worth a list.
  const counts = new HashCounts(keys);
  for (const some of keys) {
    for (const hash of some) counts.meet(hash);
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
      if (counts.of(hash) < 2) continue;
      const earlier = postings.open(hash);
      for (const j of earlier) candidates.add(j);
      if (earlier.length < MAX_POSTINGS) earlier.push(i);
    }
    for (const j of candidates) {
      if (find(i) !== find(j) && similarity(sketch, sketches[j] as Uint32Array) >= SIMILAR) parent[find(i)] = find(j);
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

/** Share of the smallest hashes of both that both have. */
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

/** MurmurHash3's finalizer, so that "the smallest" is a sample that knows nothing of the words. */
function scatter(hashes: Uint32Array): Uint32Array {
  return hashes.map((hash) => {
    let h = hash ^ (hash >>> 16);
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  });
}
