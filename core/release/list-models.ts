import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import type { ListedModel, ListedVersion } from '../contracts/release.ts';
import {
  type ModelRegistry,
  noSuchName,
  publishedNames,
  readRegistry,
  readRelease,
  rolledBackVersions,
} from './registry.ts';

/** Versions and events listed per name; the result of a workflow has to stay small. */
const MAX_LISTED = 100;

/**
 * One published name with its versions and events, or all names with their current version only. What cannot be read
 * does not hide the rest: it is listed with the reason.
 * @throws Fault `input` if nothing is published under `name`; `unavailable` if the store does not answer.
 */
export async function listModels(store: ArtifactStore, name?: string): Promise<ListedModel[]> {
  const names = name === undefined ? await publishedNames(store) : [name];
  const models: ListedModel[] = [];
  for (const one of names) models.push(await listModel(store, one, name !== undefined));
  return models;
}

async function listModel(store: ArtifactStore, name: string, whole: boolean): Promise<ListedModel> {
  const read = await readableOr(name, () => readRegistry(store, name));
  if (read === undefined) throw noSuchName(name);
  if ('reason' in read) return { name, current: 0, unreadable: read.reason, versions: [], events: [] };
  const { registry } = read;
  const { current, versions, events } = registry;
  const wanted = whole ? versions.map(({ version }) => version).slice(-MAX_LISTED) : [current];
  const listed = await Promise.all(
    wanted
      .toReversed()
      .map((version) => readableOr(`${name} v${version}`, () => listVersion(store, registry, version))),
  );
  const unreadable = listed.flatMap((one) => ('reason' in one ? one.reason : []));
  return {
    name,
    current,
    ...(unreadable.length > 0 && { unreadable: unreadable.join(' ') }),
    versions: listed.flatMap((one) => ('reason' in one ? [] : one)),
    events: whole ? events.slice(-MAX_LISTED).toReversed() : [],
  };
}

/** What was read, or why it cannot be. @throws Fault of any kind but `lost`: others may pass. */
async function readableOr<T>(subject: string, read: () => Promise<T>): Promise<T | { reason: string }> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Fault && error.kind !== 'lost') throw error;
    if (error instanceof Fault) return { reason: error.message };
    return { reason: `What the store holds of ${subject} is corrupt, or of another version of Hone.` };
  }
}

async function listVersion(store: ArtifactStore, registry: ModelRegistry, wanted: number): Promise<ListedVersion> {
  const release = await readRelease(store, registry, wanted);
  if (!release) throw new RangeError(`the registry has no version ${wanted}`);
  const { model, documents: _, train: __, validation: ___, ...metadata } = release;
  return {
    ...metadata,
    current: wanted === registry.current,
    rolledBack: rolledBackVersions(registry).has(wanted),
    bytes: model.files.reduce((sum, { ref }) => sum + ref.bytes, 0),
  };
}
