import { realpath, stat } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../contracts/fault.ts';
import { placeOf } from '../../primitives/below.ts';
import type { AllowedRoots } from './allowed-roots.ts';

/** A location resolved on this machine: a file, a folder, or a glob below a folder. */
export interface ResolvedLocation {
  /** Absolute path of the file or folder, links resolved. */
  readonly start: string;
  /** Name of `start` in document paths; '' if paths are relative to it. */
  readonly label: string;
  readonly isFile: boolean;
  /** Glob that absolute paths below `start` have to match; undefined: all. */
  readonly glob: string | undefined;
}

const GLOB_CHARACTERS = /[*?[\]{}]/;

/**
 * Resolves a path, glob or `file://` URI.
 * @param base folder where relative locations start.
 * @param field the field of the run input, for messages.
 * @throws Fault `input` if the location is not a local path, does not exist, or is outside the roots or
 *   hidden below them.
 */
export async function resolveLocation(
  location: string,
  base: string,
  roots: AllowedRoots,
  field = 'documents',
): Promise<ResolvedLocation> {
  const path = resolve(base, localPath(location, field));
  const allow = (file: string, folders: readonly string[]) => {
    const place = placeOf(file, folders);
    if (place === 'elsewhere') throw outside(location, roots, field);
    if (place === 'hidden') throw hidden(location, field);
  };
  allow(fixedFolder(path), [...roots.configured, ...roots.real]);
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
  allow(start, roots.real);
  const isFile = (await stat(start)).isFile();
  return {
    start,
    label: labelOf(folder, resolve(base), isFile),
    isFile,
    glob: exists ? undefined : start + path.slice(folder.length),
  };
}

/**
 * The label of a folder is its own name, without the path to it. Invariant: documents then have the same names, and are
 * in the same split, wherever a run is started. The label of a single file is its path relative to `base`.
 */
function labelOf(path: string, base: string, isFile: boolean): string {
  if (path === base) return '';
  const below = relative(base, path).split(sep).join('/');
  return isFile && below !== '..' && !below.startsWith('../../') ? below : basename(path);
}

/** The path of a location. @throws Fault `input` if it is a URI of another scheme. */
function localPath(location: string, field: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined && !location.includes('\0')) return location;
  try {
    if (scheme === 'file' && !location.includes('\0')) return fileURLToPath(location);
  } catch {
    // A file URI with a host or an invalid escape is refused like another scheme.
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
  const firstGlob = segments.findIndex((segment) => GLOB_CHARACTERS.test(segment));
  return firstGlob === -1 ? path : segments.slice(0, firstGlob).join(sep) || sep;
}

function hidden(location: string, field: string): Fault {
  return new Fault(
    'input',
    `${field}: ${location} is hidden: a part of its path begins with a dot.`,
    'Rename it, or add exactly this file or folder to the worker’s document roots.',
  );
}

function outside(location: string, roots: AllowedRoots, field: string): Fault {
  return new Fault(
    'input',
    `${field}: ${location} lies outside the folders this worker may read.`,
    roots.configured.length > 0
      ? `Put it under ${roots.configured.join(' or ')}, or add its folder to the worker’s document roots.`
      : 'Add its folder to the worker’s document roots: `hone worker --grant FOLDER`, or `roots` in worker.yaml.',
  );
}
