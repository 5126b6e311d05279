import type { ArtifactStore } from '../contracts/artifact-store.ts';
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
 * One published name with its versions and events, or all names with their current version only.
 * @throws Fault `input` if nothing is published under `name`.
 */
export async function listModels(store: ArtifactStore, name?: string): Promise<ListedModel[]> {
  const models: ListedModel[] = [];
  for (const one of name === undefined ? await publishedNames(store) : [name]) {
    const read = await readRegistry(store, one);
    if (!read) throw noSuchName(one);
    const { registry } = read;
    const { current, versions, events } = registry;
    const wanted = name === undefined ? [current] : versions.map(({ version }) => version).slice(-MAX_LISTED);
    models.push({
      name: one,
      current,
      versions: await Promise.all(wanted.toReversed().map((version) => listVersion(store, registry, version))),
      events: name === undefined ? [] : events.slice(-MAX_LISTED).toReversed(),
    });
  }
  return models;
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
