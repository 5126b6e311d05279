import { z } from 'zod';
import { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Range } from '../../core/contracts/asking.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import type { OpenChunk } from '../../core/questions/ledger/find-open.ts';
import { putJson, putJsonLines, readJson, readJsonLines } from '../runtime/artifacts.ts';

/** Chunks a part: about what a batch takes, so that it need not read a corpus of a million for its few hundred. */
const PART = 500;
/** Parts that a worker remembers, as batches that follow each other take from the same ones. */
const REMEMBERED = 8;

const Parts = z.object({ open: z.number().int(), parts: z.array(ArtifactRef) });
const OpenChunkLine = z.object({ chunk: Chunk, tokens: z.number(), reason: z.string().optional() });

/** Stores the list of open chunks in parts, so that a batch can read what it needs of it. */
export async function putOpenChunks(store: ArtifactStore, open: readonly OpenChunk[]): Promise<ArtifactRef> {
  const parts: ArtifactRef[] = [];
  for (let from = 0; from < open.length; from += PART) {
    parts.push(await putJsonLines(store, open.slice(from, from + PART)));
  }
  return putJson(store, { open: open.length, parts });
}

/** The chunks at some places of the list, each with its place. */
export async function readOpenChunks(store: ArtifactStore, list: ArtifactRef, ranges: readonly Range[]) {
  const { parts } = await remembered(list, () => readJson(store, list, Parts));
  const chunks: (OpenChunk & { at: number })[] = [];
  for (const [from, to] of ranges) {
    for (let at = from; at < to; at++) {
      const ref = parts[Math.floor(at / PART)] as ArtifactRef;
      const part = await remembered(ref, () => readJsonLines(store, ref, OpenChunkLine));
      chunks.push({ ...(part[at % PART] as OpenChunk), at });
    }
  }
  return chunks;
}

const memory = new Map<string, Promise<unknown>>();

function remembered<T>({ sha256 }: ArtifactRef, read: () => Promise<T>): Promise<T> {
  const known = memory.get(sha256) ?? read();
  // Last used, last forgotten.
  memory.delete(sha256);
  memory.set(sha256, known);
  known.catch(() => memory.delete(sha256));
  for (const oldest of [...memory.keys()].slice(0, Math.max(0, memory.size - REMEMBERED))) memory.delete(oldest);
  return known as Promise<T>;
}
