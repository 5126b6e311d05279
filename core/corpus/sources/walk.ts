import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';
import { placeOf } from '../../primitives/below.ts';
import type { AllowedRoots } from './allowed-roots.ts';
import type { ResolvedLocation } from './location.ts';

export interface Entry {
  /** Document path. */
  readonly path: string;
  /** Absolute path, links resolved. */
  readonly file: string;
  /** Why the file must not be opened. */
  readonly reason?: string;
}

interface Folder {
  /** Path with links resolved. */
  readonly real: string;
  /** Path through links, which globs are matched against. */
  readonly reached: string;
  readonly label: string;
}

/**
 * The files of a location, depth first, in the order of their names. Hidden entries and `node_modules` are ignored. A
 * folder that can be reached in several ways is walked once.
 */
export async function* walk(location: ResolvedLocation, roots: AllowedRoots): AsyncGenerator<Entry> {
  if (location.isFile) {
    yield { path: location.label, file: location.start };
    return;
  }
  const seen = new Set([location.start]);
  const matches = (path: string) => location.glob === undefined || matchesGlob(path, location.glob);
  yield* below({ real: location.start, reached: location.start, label: location.label });

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
        if (matches(reached)) yield { path: label, ...target };
      } else if (target.kind.isDirectory()) {
        if (seen.has(target.file)) continue;
        seen.add(target.file);
        yield* below({ real: target.file, reached, label });
      } else if (matches(reached)) {
        if (target.kind.isFile()) yield { path: label, file: target.file };
        else yield { path: label, file: target.file, reason: 'not a regular file' };
      }
    }
  }
}

type Target = { file: string; kind: Pick<Dirent, 'isDirectory' | 'isFile'> } | { file: string; reason: string };

/** Resolves a link. Anything else is returned as it is. */
async function follow(entry: Dirent, path: string, roots: AllowedRoots): Promise<Target> {
  if (!entry.isSymbolicLink()) return { file: path, kind: entry };
  try {
    const file = await realpath(path);
    const place = placeOf(file, roots.real);
    if (place === 'hidden') return { file: path, reason: 'a link to a hidden file or folder' };
    if (place === 'elsewhere')
      return { file: path, reason: 'a link to a place outside the folders this worker may read' };
    return { file, kind: await stat(file) };
  } catch (error) {
    return { file: path, reason: `a broken link (${(error as NodeJS.ErrnoException).code})` };
  }
}

/** Real entries before links, so that a folder that can be reached both ways has its own name. */
function realFirst(a: Dirent, b: Dirent): number {
  return Number(a.isSymbolicLink()) - Number(b.isSymbolicLink()) || (a.name < b.name ? -1 : Number(a.name > b.name));
}
