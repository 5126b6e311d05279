import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import type { Release, RollbackRequest, RolledBack } from '../contracts/release.ts';
import {
  type ModelRegistry,
  noSuchName,
  readRegistry,
  readRelease,
  rolledBackVersions,
  swapRegistry,
} from './registry.ts';
import { releaseFolder, writeModelFolder } from './release-folder.ts';

/**
 * Makes an earlier version of a name current again, by compare-and-swap. The model's folder is written again if it was
 * removed. The version that was current is kept and counts as rolled back.
 * @param request `to` defaults to the newest version below the current one that is not rolled back.
 * @param requestId a second call with the same id changes nothing and returns the same result.
 * @throws Fault `input` if there is no such name or version, if the version is current already, if the current version
 *   is not `expected`, or if it changed during the call.
 */
export async function rollBack(
  store: ArtifactStore,
  { name, to, expected, by = '', reason = '' }: RollbackRequest,
  requestId: string,
): Promise<RolledBack> {
  const read = await readRegistry(store, name);
  if (!read) throw noSuchName(name);
  const { registry, pointer } = read;
  const earlier = registry.events.find((event) => event.requestId === requestId);
  if (earlier) {
    const { modelUri } = await releaseOf(store, name, registry, earlier.to);
    return { name, from: earlier.from, to: earlier.to, modelUri };
  }

  if (expected !== undefined && expected !== registry.current) throw changedMeanwhile(name, registry.current);
  const target = to ?? previousVersion(name, registry);
  if (target === registry.current) {
    throw new Fault('input', `${name} v${target} is the current version already.`, listAdvice(name));
  }
  const release = await releaseOf(store, name, registry, target);
  await writeModelFolder(store, releaseFolder(name, release.model), release.model);
  const at = new Date().toISOString();
  const event = { kind: 'rollback' as const, from: registry.current, to: target, at, by, reason, requestId };
  const next = { ...registry, current: target, events: [...registry.events, event] };
  if (!(await swapRegistry(store, name, pointer, next))) {
    throw changedMeanwhile(name, (await readRegistry(store, name))?.registry.current ?? 0);
  }
  return { name, from: registry.current, to: target, modelUri: release.modelUri };
}

function previousVersion(name: string, registry: ModelRegistry): number {
  const rolledBack = rolledBackVersions(registry);
  const previous = registry.versions.findLast(({ version }) => version < registry.current && !rolledBack.has(version));
  if (previous) return previous.version;
  throw new Fault(
    'input',
    `There is no version of ${name} before v${registry.current} to go back to.`,
    `${listAdvice(name)} Name one with --to.`,
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
  throw new Fault('input', `There is no ${name} v${version}.`, listAdvice(name));
}

function changedMeanwhile(name: string, current: number): Fault {
  return new Fault(
    'input',
    `The current version of ${name} was changed by somebody else: it is v${current} now. Nothing was rolled back.`,
    `Check \`hone models ${name}\`, then decide again.`,
  );
}

function listAdvice(name: string): string {
  return `\`hone models ${name}\` lists its versions.`;
}
