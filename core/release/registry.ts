import { z } from 'zod';
import { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import { RegistryEvent, type Release, ReleaseRecord } from '../contracts/release.ts';

/** Enough to see who moved a name in the last years; the pointer stays small. */
const EVENTS_KEPT = 200;

const PREFIX = 'models/';

/**
 * What a published name's pointer holds: every version there has been and which one the name stands for. It is one
 * value, swapped as a whole, so that a version never exists without its number, nor a number without its version.
 */
const ModelRegistry = z.object({
  current: z.number().int().min(1),
  /** Ascending; `model` is the SHA-256 of the weights, `record` JSON of a `ReleaseRecord`. */
  versions: z.array(
    z.object({ version: z.number().int().min(1), model: z.string(), promotedAt: z.string(), record: ArtifactRef }),
  ),
  /** Newest last. */
  events: z.array(RegistryEvent),
});
export type ModelRegistry = z.infer<typeof ModelRegistry>;

/** The registry of a name, and what to show when swapping it. */
export async function readRegistry(
  store: ArtifactStore,
  name: string,
): Promise<{ registry: ModelRegistry; pointer: string } | undefined> {
  const pointer = await store.readPointer(PREFIX + name);
  return pointer && { registry: ModelRegistry.parse(JSON.parse(decode(pointer.bytes))), pointer: pointer.version };
}

/** Whether it was swapped; false if the pointer is no longer what `pointer` says. */
export async function swapRegistry(
  store: ArtifactStore,
  name: string,
  pointer: string | undefined,
  { events, ...registry }: ModelRegistry,
): Promise<boolean> {
  const bytes = encode({ ...registry, events: events.slice(-EVENTS_KEPT) });
  return (await store.swapPointer(PREFIX + name, pointer, bytes)) !== undefined;
}

/** Every name that something was published under, in lexical order. */
export async function publishedNames(store: ArtifactStore): Promise<string[]> {
  const names = new Set<string>();
  // A pointer may be one entry or a folder of generations; either way its key begins with the name.
  for await (const { key } of store.list(PREFIX)) names.add(key.slice(PREFIX.length).split('/')[0] as string);
  return [...names];
}

export function putRecord(store: ArtifactStore, record: ReleaseRecord): Promise<ArtifactRef> {
  return store.putObject(encode(record));
}

export async function readRelease(
  store: ArtifactStore,
  { versions }: ModelRegistry,
  wanted: number,
): Promise<Release | undefined> {
  const found = versions.find(({ version }) => version === wanted);
  if (!found) return undefined;
  const record = ReleaseRecord.parse(JSON.parse(decode(await store.readObject(found.record))));
  return { ...record, version: found.version, promotedAt: found.promotedAt };
}

/** Versions left for an earlier one by a rollback and that the name has not stood for since, each with that event. */
export function rolledBack({ events }: ModelRegistry): Map<number, RegistryEvent> {
  const away = new Map<number, RegistryEvent>();
  for (const event of events) {
    if (event.kind === 'rollback' && event.to < event.from) away.set(event.from, event);
    away.delete(event.to);
  }
  return away;
}

export function noSuchName(name: string): Fault {
  return new Fault(
    'input',
    `Nothing is published under the name ${name}.`,
    '`hone models` lists the names there are; `hone run --publish NAME` publishes one.',
  );
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
