import { randomUUID } from 'node:crypto';
import type { ArtifactStore, ListedEntry } from '../../contracts/artifact-store.ts';
import { Fault } from '../../contracts/fault.ts';
import { inParallel } from '../../primitives/in-parallel.ts';
import { liveObjects, type Place } from './live-objects.ts';
import { bytesOf, EXPIRING, type GarbageKind, newestOf, PERMANENT, type Unit, unitsOf } from './retention.ts';

/** The runs that are open, or ended a moment ago. */
export interface OpenRuns {
  /** SHA-256 sums of all objects that they may refer to. */
  hashes(): Promise<ReadonlySet<string>>;
  /** Their folders: `runs/handbook`. */
  folders(): Promise<ReadonlySet<string>>;
}

export interface CollectOptions {
  /** Milliseconds without use after which a step, a checkpoint or the folder of a run goes. */
  readonly olderThanMs: number;
  /**
   * Milliseconds that an object which nothing refers to stays, and then as long again in the trash. Longer than any
   * activity holds a reference that is written down nowhere.
   */
  readonly graceMs: number;
  /** Without it nothing is changed. */
  readonly apply: boolean;
  readonly runs: OpenRuns;
  signal?: AbortSignal | undefined;
}

export interface Garbage {
  readonly kind: GarbageKind | 'object' | 'trash';
  readonly key: string;
  readonly bytes: number;
  /** ISO 8601. When it was last written; of what is in the trash, when it went there. */
  readonly writtenAt: string;
}

export interface Collection {
  readonly store: string;
  readonly applied: boolean;
  /** Whatever goes: entries for good, objects into the trash, and from the trash for good. */
  readonly garbage: readonly Garbage[];
  /** Bytes for good, of `garbage`. */
  readonly freedBytes: number;
  /** Bytes that go into the trash. */
  readonly retiredBytes: number;
  readonly kept: { readonly objects: number; readonly bytes: number };
}

const REMOVALS_AT_ONCE = 16;

/**
 * Finds, and with `apply` removes, what nothing needs any more. Any number of collectors and runs may work on the store
 * meanwhile; docs/storage.md has the argument why no live object is lost.
 *
 * Invariant: the order. Objects are listed first, then what runs hold is read, then pointers; and an object goes by way
 * of the trash, from which every reader puts it back.
 */
export async function collectGarbage(store: ArtifactStore, options: CollectOptions): Promise<Collection> {
  const { olderThanMs, graceMs, apply, runs, signal } = options;
  const id = randomUUID();
  const now = await timeOf(store, id);
  const isOlder = (writtenAt: Date, ms: number) => now.getTime() - writtenAt.getTime() >= ms;

  const objects = await toArray(store.list('objects/'));
  const trash = await toArray(store.list('trash/'));
  const held = await runs.hashes();
  const open = await runs.folders();
  signal?.throwIfAborted();
  const kept = (await Promise.all(PERMANENT.map((one) => unitsOf(store.list(one.prefix), one)))).flat();
  const roots = kept.map(({ key }) => key);
  const expired: { kind: GarbageKind; unit: Unit }[] = [];
  for (const rule of EXPIRING) {
    const limitMs = rule.kind === 'staged' ? graceMs : olderThanMs;
    for (const unit of await unitsOf(store.list(rule.prefix), rule)) {
      if (!open.has(unit.key) && isOlder(newestOf(unit), limitMs)) expired.push({ kind: rule.kind, unit });
      else if (rule.isRoot) roots.push(unit.key);
    }
  }
  const live = await liveObjects(store, roots, held, placesOf(objects, trash));
  signal?.throwIfAborted();

  const unreferenced = objects.filter(({ key, writtenAt }) => isOlder(writtenAt, graceMs) && !live.has(lastOf(key)));
  const inTrash = trash.filter(({ writtenAt }) => isOlder(writtenAt, graceMs));
  const dead = inTrash.filter(({ key }) => !live.has(digestInTrash(key)));
  if (apply) {
    await inParallel(inTrash, REMOVALS_AT_ONCE, (entry) => emptyTrash(store, entry, live));
    for (const { kind, unit } of expired) {
      // Somebody may have started the run again since the listing.
      if (kind === 'run' && (await runs.folders()).has(unit.key)) continue;
      await inParallel(unit.entries, REMOVALS_AT_ONCE, (entry) => store.remove(entry));
    }
    await inParallel(unreferenced, REMOVALS_AT_ONCE, ({ key }) => store.retireObject(lastOf(key), id));
  }
  const gone = new Set(unreferenced);
  return {
    store: store.uri,
    applied: apply,
    garbage: [
      ...expired.map(({ kind, unit }) => asGarbage(kind, unit.key, bytesOf(unit), newestOf(unit))),
      ...unreferenced.map(({ key, bytes, writtenAt }) => asGarbage('object', key, bytes, writtenAt)),
      ...dead.map(({ key, bytes, writtenAt }) => asGarbage('trash', key, bytes, writtenAt)),
    ],
    freedBytes: sum(expired.map(({ unit }) => bytesOf(unit))) + sum(dead.map(({ bytes }) => bytes)),
    retiredBytes: sum(unreferenced.map(({ bytes }) => bytes)),
    kept: {
      objects: objects.length - unreferenced.length,
      bytes: sum(objects.filter((entry) => !gone.has(entry)).map(({ bytes }) => bytes)),
    },
  };
}

/** Removes an object from the trash; before that, a live one is put back. */
async function emptyTrash(store: ArtifactStore, entry: ListedEntry, live: ReadonlySet<string>): Promise<void> {
  const sha256 = digestInTrash(entry.key);
  // If the object has another size in its place, its reader has to find out which one is right.
  if (live.has(sha256) && !(await store.hasObject({ sha256, bytes: entry.bytes }))) return;
  await store.remove(entry);
}

/** Now, by the clock that the times in listings come from. */
async function timeOf(store: ArtifactStore, id: string): Promise<Date> {
  const key = `collections/${id}`;
  await store.putIfAbsent(key, new TextEncoder().encode('The time of this entry is the time of the store.\n'));
  for await (const entry of store.list(key)) {
    await store.remove(entry);
    return entry.writtenAt;
  }
  throw new Fault(
    'unavailable',
    `${store.uri} does not list an entry that it has just accepted.`,
    'Try again; a store whose listings lag behind cannot be collected.',
  );
}

function placesOf(objects: readonly ListedEntry[], trash: readonly ListedEntry[]): Map<string, Place> {
  const inTrash = trash.map((entry) => [digestInTrash(entry.key), entry] as const);
  return new Map([...inTrash, ...objects.map((entry) => [lastOf(entry.key), entry] as const)]);
}

function asGarbage(kind: Garbage['kind'], key: string, bytes: number, writtenAt: Date): Garbage {
  return { kind, key, bytes, writtenAt: writtenAt.toISOString() };
}

function lastOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** Of `trash/<sha256>/<collection>`. */
function digestInTrash(key: string): string {
  return key.split('/')[1] ?? '';
}

async function toArray(entries: AsyncIterable<ListedEntry>): Promise<ListedEntry[]> {
  const all: ListedEntry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
