import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** What one file may hold. */
export interface FileLimits {
  lines: number;
  bytes: number;
}
/** OpenAI's limits: 50,000 requests and 200 MB (its guide, "Batch API"). */
export const FILE_LIMITS: FileLimits = { lines: 50_000, bytes: 200_000_000 };

/** Divides items into as few files as the limits allow, in order. Lines are measured one at a time and not kept. */
export function divideIntoFiles<T>(items: Iterable<T>, lineOf: (item: T) => string, limits: FileLimits): T[][] {
  const files: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = Buffer.byteLength(lineOf(item)) + 1;
    const file = files.at(-1);
    if (!file || file.length === limits.lines || bytes + size > limits.bytes) {
      files.push([item]);
      bytes = size;
    } else {
      file.push(item);
      bytes += size;
    }
  }
  return files;
}

export async function writeLines<T>(path: string, items: Iterable<T>, lineOf: (item: T) => string): Promise<void> {
  await pipeline(function* () {
    for (const item of items) yield `${lineOf(item)}\n`;
  }, createWriteStream(path));
}
