import { realpath, stat } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../contracts/fault.ts';
import { type AllowedRoots, isBelow } from './allowed-roots.ts';

/** A location resolved on this machine: where to begin, and what to take from there. */
export interface Place {
  /** Absolute path of the file, or of the folder to walk, links resolved. */
  readonly start: string;
  /** What `start` is called in document paths; '' where paths below it stand alone. */
  readonly label: string;
  /** True if the location is one file. */
  readonly named: boolean;
  /** Glob that absolute paths below `start` must match. */
  readonly glob: string | undefined;
}

const MAGIC = /[*?[\]{}]/;

/**
 * @param field the field of the run input that names it, for the fault.
 * @throws Fault `input` if the location is no local path, does not exist, or lies outside the roots.
 */
export async function resolveLocation(
  location: string,
  base: string,
  roots: AllowedRoots,
  field = 'documents',
): Promise<Place> {
  const path = resolve(base, localPath(location, field));
  if (!isBelow(fixedFolder(path), [...roots.named, ...roots.real])) throw outside(location, roots, field);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  const folder = exists ? path : fixedFolder(path);
  const start = await realpath(folder).catch(() => undefined);
  if (start === undefined || (!exists && folder === path)) {
    throw new Fault(
      'input',
      `${field}: ${location} does not exist (looked for ${path}).`,
      'Give a folder, file or glob that this worker can see.',
    );
  }
  if (!isBelow(start, roots.real)) throw outside(location, roots, field);
  const named = (await stat(start)).isFile();
  return {
    start,
    label: labelOf(folder, resolve(base), named),
    named,
    glob: exists ? undefined : start + path.slice(folder.length),
  };
}

/**
 * A folder is called by its own name and not by the way there: its documents keep their names, and so their sides of the
 * split, wherever a run is started from. A file named by itself is called as the user would, from `base`.
 */
function labelOf(path: string, base: string, named: boolean): string {
  if (path === base) return '';
  const below = relative(base, path).split(sep).join('/');
  return named && below !== '..' && !below.startsWith('../../') ? below : basename(path);
}

function localPath(location: string, field: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined && !location.includes('\0')) return location;
  try {
    if (scheme === 'file' && !location.includes('\0')) return fileURLToPath(location);
  } catch {
    // A file URI with a host or a broken escape is refused like any other scheme.
  }
  throw new Fault(
    'input',
    `${field}: ${JSON.stringify(location)} is not a folder, file or glob on this machine.`,
    'Give a path or a file:// URI.',
  );
}

/** The part of a path before its first segment with a glob character. */
function fixedFolder(path: string): string {
  const segments = path.split(sep);
  const magic = segments.findIndex((segment) => MAGIC.test(segment));
  return magic === -1 ? path : segments.slice(0, magic).join(sep) || sep;
}

function outside(location: string, roots: AllowedRoots, field: string): Fault {
  return new Fault(
    'input',
    `${field}: ${location} lies outside the folders this worker may read.`,
    `Put it under ${roots.named.join(' or ')}, or add its folder to the worker’s document roots.`,
  );
}
