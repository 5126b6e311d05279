import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import { hashesIn } from '../../primitives/hash.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { eventLoopYielder } from '../../primitives/yield-to-event-loop.ts';

/** Objects that lead to others are lists and records; larger ones are weights, texts and datasets. */
const MAX_SCANNED_BYTES = 16 * 2 ** 20;
const READS_AT_ONCE = 16;

/** Where an object's bytes are, and how many. */
export interface Place {
  readonly key: string;
  readonly bytes: number;
}

/**
 * The sums of all objects that can be reached from pointers and from what runs hold. An object is taken to lead to
 * every object whose sum is in its bytes: that may keep some that nobody needs, and never misses one.
 * @param pointers Keys of pointers.
 * @param held Sums that runs hold.
 * @param places Sum -> place of every object in the store.
 */
export async function liveObjects(
  store: ArtifactStore,
  pointers: readonly string[],
  held: Iterable<string>,
  places: ReadonlyMap<string, Place>,
): Promise<Set<string>> {
  const live = new Set<string>();
  let found: string[] = [];
  const add = (hashes: Iterable<string>) => {
    for (const hash of hashes) {
      if (live.has(hash)) continue;
      live.add(hash);
      found.push(hash);
    }
  };
  add(held);
  const yieldToEventLoop = eventLoopYielder();
  const scan = async (bytes: Uint8Array | undefined) => {
    if (bytes) add(hashesIn(bytes));
    await yieldToEventLoop();
  };
  await inParallel(pointers, READS_AT_ONCE, async (key) => scan((await store.readPointer(key))?.bytes));
  while (found.length > 0) {
    const next = found.flatMap((hash) => places.get(hash) ?? []).filter(({ bytes }) => bytes <= MAX_SCANNED_BYTES);
    found = [];
    await inParallel(next, READS_AT_ONCE, async ({ key }) => scan(await store.get(key)));
  }
  return live;
}
