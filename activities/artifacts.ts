import type { z } from 'zod';
import type { ArtifactRef } from '../core/contracts/artifact.ts';
import type { ArtifactStore } from '../core/contracts/artifact-store.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export async function putJson(store: ArtifactStore, value: unknown): Promise<ArtifactRef> {
  return store.putObject(encoder.encode(JSON.stringify(value)));
}

export async function readJson<T>(store: ArtifactStore, ref: ArtifactRef, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(decoder.decode(await store.readObject(ref))));
}

/** JSON Lines: one value a line, so that a large corpus is never one string. */
export async function putJsonLines(store: ArtifactStore, values: readonly unknown[]): Promise<ArtifactRef> {
  return store.putObject(Buffer.concat(values.map((value) => encoder.encode(`${JSON.stringify(value)}\n`))));
}

export async function readJsonLines<T>(store: ArtifactStore, ref: ArtifactRef, schema: z.ZodType<T>): Promise<T[]> {
  const bytes = await store.readObject(ref);
  const values: T[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    values.push(schema.parse(JSON.parse(decoder.decode(bytes.subarray(start, end)))));
    start = end + 1;
  }
  return values;
}
