import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { ListedModel, ListedVersion } from '../contracts/release.ts';
import { type ModelRegistry, noSuchName, publishedNames, readRegistry, readRelease, rolledBack } from './registry.ts';

/** Versions and events listed of one name; a workflow's result has to stay small. */
const LISTED = 100;

/**
 * One published name with its versions, or all names with the version each stands for.
 * @throws Fault `input` if nothing is published under `name`.
 */
export async function listModels(store: ArtifactStore, name?: string): Promise<ListedModel[]> {
  const models: ListedModel[] = [];
  for (const one of name === undefined ? await publishedNames(store) : [name]) {
    const read = await readRegistry(store, one);
    if (!read) throw noSuchName(one);
    const { current, versions, events } = read.registry;
    const wanted = name === undefined ? [current] : versions.map(({ version }) => version).slice(-LISTED);
    models.push({
      name: one,
      current,
      versions: await Promise.all(wanted.toReversed().map((version) => listed(store, read.registry, version))),
      events: name === undefined ? [] : events.slice(-LISTED).toReversed(),
    });
  }
  return models;
}

async function listed(store: ArtifactStore, registry: ModelRegistry, wanted: number): Promise<ListedVersion> {
  const release = await readRelease(store, registry, wanted);
  if (!release) throw new RangeError(`the registry has no version ${wanted}`);
  const { model, documents: _, train: __, validation: ___, ...facts } = release;
  return {
    ...facts,
    current: wanted === registry.current,
    rolledBack: rolledBack(registry).has(wanted),
    bytes: model.files.reduce((sum, { ref }) => sum + ref.bytes, 0),
  };
}
