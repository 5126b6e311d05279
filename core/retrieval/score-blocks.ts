import { setImmediate } from 'node:timers/promises';
import { Fault } from '../contracts/fault.ts';
import type { EmbedOptions, TextEncoder } from '../contracts/model.ts';

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

/** @throws Fault `quality` if the model gives vectors that are not unit vectors of its own dimension. */
export async function unitRows(
  encoder: TextEncoder,
  texts: readonly string[],
  options: EmbedOptions,
): Promise<Float32Array[]> {
  const vectors = await encoder.embed(texts, options);
  const faulty = texts.findIndex((_text, i) => !isUnit(vectors[i], encoder.dimension));
  if (faulty >= 0) {
    throw new Fault(
      'quality',
      `The model gave no unit vector of ${encoder.dimension} numbers for “${texts[faulty]?.slice(0, 80)}”.`,
      'Its weights may have diverged: train with a lower learning rate, or check the model’s files.',
    );
  }
  return vectors;
}

/** Within what float16 storage and truncated decimals do to a norm of 1; false for NaN. */
function isUnit(vector: Float32Array | undefined, dimension: number): boolean {
  return vector?.length === dimension && Math.abs(dot(vector, vector) - 1) < 0.01;
}
