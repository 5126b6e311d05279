import { setImmediate } from 'node:timers/promises';

/** Rows of passages scored against every query before the event loop gets a turn. */
const BLOCK_ROWS = 512;

/** Inner product; of L2-normalised rows, their cosine. */
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
 * Visits the inner product of every query with every passage, a block of passages at a time, so that a block stays in
 * the processor's cache while all queries pass over it and the queries x passages matrix never exists.
 * Lets timers and I/O run between blocks: a scan of 100,000 passages takes seconds, and heartbeats must not wait for it.
 */
export async function scoreBlocks(
  queries: readonly Float32Array[],
  passages: readonly Float32Array[],
  visit: (query: number, row: number, score: number) => void,
): Promise<void> {
  for (let start = 0; start < passages.length; start += BLOCK_ROWS) {
    const end = Math.min(start + BLOCK_ROWS, passages.length);
    for (const [query, vector] of queries.entries()) {
      for (let row = start; row < end; row++) visit(query, row, dot(vector, passages[row] as Float32Array));
    }
    await setImmediate();
  }
}
