import { setImmediate } from 'node:timers/promises';
import { dot } from '../primitives/dot.ts';
import { eventLoopYielder } from '../primitives/yield-to-event-loop.ts';

/** Passages that are scored against every query while they are in the cache. */
const BLOCK_PASSAGES = 512;

/**
 * Calls `visit` with the inner product of every query with every passage, one block of passages at a time, so that the
 * block stays in the processor's cache while all queries are scored, and the queries x passages matrix is never stored.
 * Yields to the event loop after every block, and within it: a block takes seconds if there are many queries.
 * @param visit called with the index of the query, the row number of the passage, and the score.
 */
export async function scoreBlocks(
  queryEmbeddings: readonly Float32Array[],
  passageEmbeddings: readonly Float32Array[],
  visit: (query: number, row: number, score: number) => void,
): Promise<void> {
  const yieldToEventLoop = eventLoopYielder();
  for (let start = 0; start < passageEmbeddings.length; start += BLOCK_PASSAGES) {
    const end = Math.min(start + BLOCK_PASSAGES, passageEmbeddings.length);
    for (const [query, embedding] of queryEmbeddings.entries()) {
      for (let row = start; row < end; row++) visit(query, row, dot(embedding, passageEmbeddings[row] as Float32Array));
      await yieldToEventLoop();
    }
    await setImmediate();
  }
}
