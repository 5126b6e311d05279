import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { type AllowedRoots, isBelow } from './allowed-roots.ts';
import type { Place } from './location.ts';

/** A file met on the walk; `reason` says why it must not be opened. */
export interface Entry {
  readonly path: string;
  readonly file: string;
  readonly reason?: string;
}

interface Folder {
  /** Links resolved: where to read. */
  readonly real: string;
  /** As reached, links and all: what a glob speaks of. */
  readonly reached: string;
  readonly label: string;
}

/** Files at a place, depth first in the order of their names. Hidden entries and `node_modules` do not exist for it. */
export async function* walk(place: Place, roots: AllowedRoots): AsyncGenerator<Entry> {
  if (place.named) {
    yield { path: place.label, file: place.start };
    return;
  }
  const seen = new Set([place.start]);
  const wanted = (path: string) => place.glob === undefined || matchesGlob(path, place.glob);
  yield* below({ real: place.start, reached: place.start, label: place.label });

  async function* below(folder: Folder): AsyncGenerator<Entry> {
    const entries = await readdir(folder.real, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => error);
    if (entries instanceof Error) {
      yield { path: folder.label, file: folder.real, reason: `folder cannot be opened (${entries.code})` };
      return;
    }
    for (const entry of entries.sort(realFirst)) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const label = folder.label === '' ? entry.name : `${folder.label}/${entry.name}`;
      const reached = join(folder.reached, entry.name);
      const target = await follow(entry, join(folder.real, entry.name), roots);
      if ('reason' in target) {
        if (wanted(reached)) yield { path: label, ...target };
      } else if (target.kind.isDirectory()) {
        if (seen.has(target.file)) continue;
        seen.add(target.file);
        yield* below({ real: target.file, reached, label });
      } else if (wanted(reached)) {
        if (target.kind.isFile()) yield { path: label, file: target.file };
        else yield { path: label, file: target.file, reason: 'not a regular file' };
      }
    }
  }
}

type Target = { file: string; kind: Pick<Dirent, 'isDirectory' | 'isFile'> } | { file: string; reason: string };

async function follow(entry: Dirent, path: string, roots: AllowedRoots): Promise<Target> {
  if (!entry.isSymbolicLink()) return { file: path, kind: entry };
  try {
    const file = await realpath(path);
    if (!isBelow(file, roots.real))
      return { file: path, reason: 'a link that leads out of the folders this worker may read' };
    return { file, kind: await stat(file) };
  } catch (error) {
    return { file: path, reason: `a link that leads nowhere (${(error as NodeJS.ErrnoException).code})` };
  }
}

/** Real folders come before links, so that a folder that can be reached both ways keeps its own name. */
function realFirst(a: Dirent, b: Dirent): number {
  return Number(a.isSymbolicLink()) - Number(b.isSymbolicLink()) || (a.name < b.name ? -1 : Number(a.name > b.name));
}
