import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { Fault } from '../contracts/fault.ts';
import type { Release, RollbackRequest, RolledBack } from '../contracts/release.ts';
import { layOut, releaseFolder } from './release-folder.ts';
import { type ModelRegistry, noSuchName, readRegistry, readRelease, swapShelf, withdrawn } from './registry.ts';

/**
 * Makes a name stand for an earlier version again, by compare-and-swap; its folder is laid out anew if somebody removed
 * it. The version that is left stays, and counts as withdrawn.
 * @param request `to` defaults to the newest version below the current one that is not withdrawn.
 * @param id of the request; made again with the same one, it is done already.
 * @throws Fault `input` if there is no such name or version, if the name stands for it already, if it is not the
 *   version `expected`, or if somebody else moved it meanwhile.
 */
export async function rollBack(
  store: ArtifactStore,
  { name, to, expected, by = '', reason = '' }: RollbackRequest,
  id: string,
): Promise<RolledBack> {
  const read = await readRegistry(store, name);
  if (!read) throw noSuchName(name);
  const { shelf, pointer } = read;
  const before = shelf.moves.find((move) => move.id === id);
  if (before) {
    const { modelUri } = await releaseOf(store, name, shelf, before.to);
    return { name, from: before.from, to: before.to, modelUri };
  }

  if (expected !== undefined && expected !== shelf.current) throw moved(name, shelf.current);
  const target = to ?? versionBefore(name, shelf);
  if (target === shelf.current) {
    throw new Fault('input', `${name} stands for v${target} already.`, `\`hone models ${name}\` lists its versions.`);
  }
  const release = await releaseOf(store, name, shelf, target);
  await layOut(store, releaseFolder(name, release.model), release.model);
  const at = new Date().toISOString();
  const move = { kind: 'rollback' as const, from: shelf.current, to: target, at, by, reason, id };
  const next = { ...shelf, current: target, moves: [...shelf.moves, move] };
  if (!(await swapShelf(store, name, pointer, next))) {
    throw moved(name, (await readRegistry(store, name))?.shelf.current ?? 0);
  }
  return { name, from: shelf.current, to: target, modelUri: release.modelUri };
}

function versionBefore(name: string, shelf: ModelRegistry): number {
  const away = withdrawn(shelf);
  const before = shelf.versions.findLast(({ version }) => version < shelf.current && !away.has(version));
  if (before) return before.version;
  throw new Fault(
    'input',
    `There is no version of ${name} before v${shelf.current} to go back to.`,
    `\`hone models ${name}\` lists its versions; name one with --to.`,
  );
}

async function releaseOf(store: ArtifactStore, name: string, shelf: ModelRegistry, version: number): Promise<Release> {
  const release = await readRelease(store, shelf, version);
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
