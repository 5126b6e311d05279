import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** The folders a worker may read documents from, as configured and with their symbolic links resolved. */
export interface AllowedRoots {
  readonly named: readonly string[];
  readonly real: readonly string[];
}

/** A root that does not exist (any more) allows nothing. */
export async function allowedRoots(roots: readonly string[]): Promise<AllowedRoots> {
  const named = roots.map((root) => resolve(root));
  const real = await Promise.all(named.map((root) => realpath(root).catch(() => undefined)));
  return { named, real: real.filter((root) => root !== undefined) };
}

/** Whether a path (absolute, resolved) is one of the folders or lies below one. */
export function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const below = relative(folder, path);
    return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below));
  });
}
