import { z } from 'zod';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Range } from '../../core/contracts/asking.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import type { OpenChunk } from '../../core/questions/ledger/find-open-chunks.ts';
import { putJson, putJsonLines, readJson, readJsonLines } from '../runtime/artifacts.ts';

/** Chunks in a part: about as many as one lease takes, which then need not read a list of a million. */
const PART_SIZE = 500;
/** Parts that a worker caches, as leases that follow each other take chunks of the same ones. */
const CACHED = 8;

const Parts = z.object({ open: z.number().int(), parts: z.array(ArtifactRef) });
const OpenChunkLine = z.object({ chunk: Chunk, tokens: z.number(), reason: z.string().optional() });

/** Stores the list of open chunks in parts, which are read by themselves. */
export async function putOpenChunks(store: ArtifactStore, open: readonly OpenChunk[]): Promise<ArtifactRef> {
  const parts: ArtifactRef[] = [];
  for (let from = 0; from < open.length; from += PART_SIZE) {
    parts.push(await putJsonLines(store, open.slice(from, from + PART_SIZE)));
  }
  return putJson(store, { open: open.length, parts });
}

/** The chunks at some positions of the list, each with its position. */
export async function readOpenChunks(store: ArtifactStore, list: ArtifactRef, ranges: readonly Range[]) {
  const { parts } = await cached(list, () => readJson(store, list, Parts));
  const chunks: (OpenChunk & { at: number })[] = [];
  for (const [from, to] of ranges) {
    for (let at = from; at < to; at++) {
      const ref = parts[Math.floor(at / PART_SIZE)];
      const part = ref && (await cached(ref, () => readJsonLines(store, ref, OpenChunkLine)));
      const open = part?.[at % PART_SIZE];
      if (!open) throw new RangeError(`The list of open chunks has no position ${at}.`);
      chunks.push({ ...open, at });
    }
  }
  return chunks;
}

const cache = new Map<string, Promise<unknown>>();

/** Reads an artifact through the cache, which drops what was used longest ago. */
function cached<T>({ sha256 }: ArtifactRef, read: () => Promise<T>): Promise<T> {
  const reading = (cache.get(sha256) as Promise<T> | undefined) ?? read();
  cache.delete(sha256);
  cache.set(sha256, reading);
  reading.catch(() => cache.delete(sha256));
  for (const oldest of [...cache.keys()].slice(0, Math.max(0, cache.size - CACHED))) cache.delete(oldest);
  return reading;
}
