import type { ListedEntry } from '../../contracts/artifact-store.ts';

/** What may go from a store. */
export type GarbageKind = 'step' | 'checkpoint' | 'index' | 'failure' | 'vectors' | 'run' | 'staged';

interface Retention {
  readonly prefix: string;
  readonly kind: GarbageKind;
  /** Key of what goes or stays as a whole: a pointer with its generations, a folder with its files. */
  readonly unitOf: (key: string) => string;
  /** Whether the objects that it names are needed for as long as it stays. */
  readonly isRoot: boolean;
}

/** On a file system a pointer is a folder of generations. */
const pointer = (key: string) => key.replace(/\/\d{12}$/, '');
/** `runs/handbook` of `runs/handbook/model/config.json`, `vectors/SPACE` of any of its blocks. */
const folder = (key: string) => key.split('/').slice(0, 2).join('/');

/** What goes once it has not been written for long enough. A step that is reused is written again. */
export const EXPIRING: readonly Retention[] = [
  { prefix: 'steps/', kind: 'step', unitOf: pointer, isRoot: true },
  { prefix: 'checkpoints/', kind: 'checkpoint', unitOf: pointer, isRoot: true },
  { prefix: 'ingest/', kind: 'index', unitOf: pointer, isRoot: true },
  { prefix: 'failures/', kind: 'failure', unitOf: (key) => key, isRoot: false },
  { prefix: 'vectors/', kind: 'vectors', unitOf: folder, isRoot: false },
  { prefix: 'runs/', kind: 'run', unitOf: folder, isRoot: false },
  { prefix: 'tmp/', kind: 'staged', unitOf: (key) => key, isRoot: false },
];

/** Pointers that stay for ever, with all that they lead to: releases, and what has been paid for at a Batch API. */
export const PERMANENT: readonly Pick<Retention, 'prefix' | 'unitOf'>[] = [
  { prefix: 'models/', unitOf: pointer },
  { prefix: 'batch-jobs/', unitOf: pointer },
];

/** Entries that go or stay together. */
export interface Unit {
  readonly key: string;
  readonly entries: ListedEntry[];
}

/** Entries by their unit, in the order of the keys. */
export async function unitsOf(
  entries: AsyncIterable<ListedEntry>,
  { unitOf }: Pick<Retention, 'unitOf'>,
): Promise<Unit[]> {
  const units = new Map<string, Unit>();
  for await (const entry of entries) {
    const key = unitOf(entry.key);
    const unit = units.get(key) ?? { key, entries: [] };
    unit.entries.push(entry);
    units.set(key, unit);
  }
  return [...units.values()];
}

export function bytesOf({ entries }: Unit): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}

export function newestOf({ entries }: Unit): Date {
  return new Date(entries.reduce((newest, { writtenAt }) => Math.max(newest, writtenAt.getTime()), 0));
}
