import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import type { Release, RollbackRequest, RolledBack } from '../contracts/release.ts';
import { type ModelRegistry, noSuchName, readRegistry, readRelease, rolledBack, swapRegistry } from './registry.ts';
import { layOut, releaseFolder } from './release-folder.ts';

/**
 * Makes a name stand for an earlier version again, by compare-and-swap; its folder is laid out anew if somebody removed
 * it. The version that is left stays, and counts as rolledBack.
 * @param request `to` defaults to the newest version below the current one that is not rolledBack.
 * @param requestId of the request; made again with the same one, it is done already.
 * @throws Fault `input` if there is no such name or version, if the name stands for it already, if it is not the
 *   version `expected`, or if somebody else moved it meanwhile.
 */
export async function rollBack(
  store: ArtifactStore,
  { name, to, expected, by = '', reason = '' }: RollbackRequest,
  requestId: string,
): Promise<RolledBack> {
  const read = await readRegistry(store, name);
  if (!read) throw noSuchName(name);
  const { registry, pointer } = read;
  const before = registry.events.find((event) => event.requestId === requestId);
  if (before) {
    const { modelUri } = await releaseOf(store, name, registry, before.to);
    return { name, from: before.from, to: before.to, modelUri };
  }

  if (expected !== undefined && expected !== registry.current) throw moved(name, registry.current);
  const target = to ?? versionBefore(name, registry);
  if (target === registry.current) {
    throw new Fault('input', `${name} stands for v${target} already.`, `\`hone models ${name}\` lists its versions.`);
  }
  const release = await releaseOf(store, name, registry, target);
  await layOut(store, releaseFolder(name, release.model), release.model);
  const at = new Date().toISOString();
  const event = { kind: 'rollback' as const, from: registry.current, to: target, at, by, reason, requestId };
  const next = { ...registry, current: target, events: [...registry.events, event] };
  if (!(await swapRegistry(store, name, pointer, next))) {
    throw moved(name, (await readRegistry(store, name))?.registry.current ?? 0);
  }
  return { name, from: registry.current, to: target, modelUri: release.modelUri };
}

function versionBefore(name: string, registry: ModelRegistry): number {
  const away = rolledBack(registry);
  const before = registry.versions.findLast(({ version }) => version < registry.current && !away.has(version));
  if (before) return before.version;
  throw new Fault(
    'input',
    `There is no version of ${name} before v${registry.current} to go back to.`,
    `\`hone models ${name}\` lists its versions; name one with --to.`,
  );
}

async function releaseOf(
  store: ArtifactStore,
  name: string,
  registry: ModelRegistry,
  version: number,
): Promise<Release> {
  const release = await readRelease(store, registry, version);
  if (release) return release;
  throw new Fault('input', `There is no ${name} v${version}.`, `\`hone models ${name}\` lists its versions.`);
}

function moved(name: string, current: number): Fault {
  return new Fault(
    'input',
    `${name} was moved by somebody else meanwhile: it stands for v${current} now. Nothing was changed.`,
    `Look at \`hone models ${name}\`, then decide again.`,
  );
}
