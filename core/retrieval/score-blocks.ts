import { setImmediate } from 'node:timers/promises';

/** Passages that are scored against every query before yielding to the event loop. */
const BLOCK_PASSAGES = 512;

/** Inner product of two vectors of the same length; the cosine if both are L2-normalised. */
export function dot(a: Float32Array, b: Float32Array): number {
  let even = 0;
  let odd = 0;
  const paired = a.length - (a.length % 2);
  for (let i = 0; i < paired; i += 2) {
    even += (a[i] as number) * (b[i] as number);
    odd += (a[i + 1] as number) * (b[i + 1] as number);
  }
  if (paired < a.length) odd += (a[paired] as number) * (b[paired] as number);
  return even + odd;
}

/**
 * Calls `visit` with the inner product of every query with every passage, one block of passages at a time, so that the
 * block stays in the processor's cache while all queries are scored, and the queries x passages matrix is never stored.
 * Yields to the event loop after every block: 100,000 passages take seconds, which would delay heartbeats.
 * @param visit called with the index of the query, the row number of the passage, and the score.
 */
export async function scoreBlocks(
  queryEmbeddings: readonly Float32Array[],
  passageEmbeddings: readonly Float32Array[],
  visit: (query: number, row: number, score: number) => void,
): Promise<void> {
  for (let start = 0; start < passageEmbeddings.length; start += BLOCK_PASSAGES) {
    const end = Math.min(start + BLOCK_PASSAGES, passageEmbeddings.length);
    for (const [query, embedding] of queryEmbeddings.entries()) {
      for (let row = start; row < end; row++) visit(query, row, dot(embedding, passageEmbeddings[row] as Float32Array));
    }
    await setImmediate();
  }
}
