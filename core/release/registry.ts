import { z } from 'zod';
import { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import { RegistryEvent, type Release, ReleaseRecord } from '../contracts/release.ts';

/** Events kept per name: some years of nightly retraining, while the pointer stays small. */
const MAX_EVENTS = 200;

const PREFIX = 'models/';

/**
 * The registry entry of one published name: all its versions, and which one is current. Invariant: it is one value,
 * swapped as a whole, so that no version exists without its number and no number without its version.
 */
const ModelRegistry = z.object({
  /** The current version. */
  current: z.number().int().min(1),
  /** In ascending order. */
  versions: z.array(
    z.object({
      version: z.number().int().min(1),
      /** SHA-256 of the trained weights. */
      modelSha256: z.string(),
      /** ISO 8601. */
      promotedAt: z.string(),
      /** JSON of a `ReleaseRecord`. */
      record: ArtifactRef,
    }),
  ),
  /** Newest last. */
  events: z.array(RegistryEvent),
});
export type ModelRegistry = z.infer<typeof ModelRegistry>;

/**
 * The registry entry of a name, and the version of its pointer, which `swapRegistry` needs.
 * @returns undefined if nothing was published under the name.
 */
export async function readRegistry(
  store: ArtifactStore,
  name: string,
): Promise<{ registry: ModelRegistry; pointer: string } | undefined> {
  const pointer = await store.readPointer(PREFIX + name);
  return pointer && { registry: ModelRegistry.parse(JSON.parse(decode(pointer.bytes))), pointer: pointer.version };
}

/** @returns false if the pointer does not have the version `pointer` any more; then nothing was written. */
export async function swapRegistry(
  store: ArtifactStore,
  name: string,
  pointer: string | undefined,
  { events, ...registry }: ModelRegistry,
): Promise<boolean> {
  const bytes = encode({ ...registry, events: events.slice(-MAX_EVENTS) });
  return (await store.swapPointer(PREFIX + name, pointer, bytes)) !== undefined;
}

/** All published names, in lexical order. */
export async function publishedNames(store: ArtifactStore): Promise<string[]> {
  const names = new Set<string>();
  // Drivers store a pointer as one entry or as a folder of generations; in both cases its key begins with the name.
  for await (const { key } of store.list(PREFIX)) {
    const [name] = key.slice(PREFIX.length).split('/');
    if (name) names.add(name);
  }
  return [...names];
}

export function putRecord(store: ArtifactStore, record: ReleaseRecord): Promise<ArtifactRef> {
  return store.putObject(encode(record));
}

/** @returns undefined if there is no such version. */
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

/**
 * Versions that a rollback to an earlier version left and that have not been current since, each with that rollback.
 */
export function rolledBackVersions({ events }: ModelRegistry): Map<number, RegistryEvent> {
  const rolledBack = new Map<number, RegistryEvent>();
  for (const event of events) {
    if (event.kind === 'rollback' && event.to < event.from) rolledBack.set(event.from, event);
    rolledBack.delete(event.to);
  }
  return rolledBack;
}

export function noSuchName(name: string): Fault {
  return new Fault(
    'input',
    `Nothing is published under the name ${name}.`,
    '`hone models` lists the published names; `hone run --publish NAME` publishes a model.',
  );
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
