import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { z } from 'zod';
import type { ArtifactFolder, ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { encodeDataset } from '../../core/dataset/dataset-json.ts';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { decodeLines, encodeLines } from '../../core/primitives/text-lines.ts';
import { eventLoopYielder } from '../../core/primitives/yield-to-event-loop.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export async function putJson(store: ArtifactStore, value: unknown): Promise<ArtifactRef> {
  return store.putObject(encoder.encode(JSON.stringify(value)));
}

/** @throws Fault `lost` as `readObject`; ZodError if the value does not match the schema. */
export async function readJson<T>(store: ArtifactStore, ref: ArtifactRef, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(decoder.decode(await store.readObject(ref))));
}

/** Stores values as JSON Lines: a large corpus must not become one string, which has a maximum length. */
export async function putJsonLines(store: ArtifactStore, values: readonly unknown[]): Promise<ArtifactRef> {
  return store.putObject(await encodeLines(jsonLines(values)));
}

/** Yields to the event loop between lines. @throws as `readJson`; the reason of `signal` once it is aborted. */
export async function readJsonLines<T>(
  store: ArtifactStore,
  ref: ArtifactRef,
  schema: z.ZodType<T>,
  signal?: AbortSignal,
): Promise<T[]> {
  const yieldToEventLoop = eventLoopYielder(signal);
  const values: T[] = [];
  for (const line of decodeLines(await store.readObject(ref))) {
    values.push(schema.parse(JSON.parse(line)));
    await yieldToEventLoop();
  }
  return values;
}

function* jsonLines(values: readonly unknown[]): Generator<string> {
  for (const value of values) yield JSON.stringify(value);
}

export async function putDataset(store: ArtifactStore, dataset: QADataset): Promise<ArtifactRef> {
  return store.putObject(await encodeDataset(dataset));
}

export async function readDataset(store: ArtifactStore, ref: ArtifactRef): Promise<QADataset> {
  return parseDataset(await store.readObject(ref), ref.uri);
}

/** The document of each chunk. @param chunks JSON Lines of `Chunk`. */
export async function documentsOf(store: ArtifactStore, chunks: ArtifactRef): Promise<ReadonlyMap<string, string>> {
  const all = await readJsonLines(store, chunks, Chunk.pick({ id: true, documentId: true }));
  return new Map(all.map(({ id, documentId }) => [id, documentId]));
}

/** Stores the files of a folder. */
export async function putFolder(store: ArtifactStore, folder: string): Promise<ArtifactFolder> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: ArtifactFolder = [];
  for (const file of paths.sort()) {
    files.push({ path: relative(folder, file).replaceAll(sep, '/'), ref: await store.putObject({ file }) });
  }
  return files;
}
