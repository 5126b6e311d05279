import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import type { NamedRelease } from '../contracts/release.ts';
import { noSuchName, readRegistry, readRelease } from './registry.ts';

/** A published name and, with `@`, a version of it. */
const REFERENCE = /^(?<name>[^@]+)(?:@v?(?<version>\d+))?$/;

/**
 * The release that a reference stands for: `handbook` is the current version of the name, `handbook@2` its version 2.
 * @throws Fault `input` if nothing is published under the name, or it has no such version.
 */
export async function findRelease(store: ArtifactStore, reference: string): Promise<NamedRelease> {
  const { name = reference, version } = REFERENCE.exec(reference)?.groups ?? {};
  const read = await readRegistry(store, name);
  if (!read) throw noSuchName(name);
  const { registry } = read;
  const release = await readRelease(store, registry, version === undefined ? registry.current : Number(version));
  if (release) return { ...release, name };
  const versions = registry.versions.map(({ version }) => version).join(', ');
  throw new Fault('input', `${name} has no version ${version}.`, `Its versions are ${versions}.`);
}
