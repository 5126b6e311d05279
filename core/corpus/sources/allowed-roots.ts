import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** The folders that a worker may read documents from. */
export interface AllowedRoots {
  /** Absolute paths as configured. */
  readonly configured: readonly string[];
  /** The same with symbolic links resolved, without folders that do not exist. */
  readonly real: readonly string[];
}

/** Resolves the roots. One that does not exist allows nothing. */
export async function allowedRoots(roots: readonly string[]): Promise<AllowedRoots> {
  const configured = roots.map((root) => resolve(root));
  const real = await Promise.all(configured.map((root) => realpath(root).catch(() => undefined)));
  return { configured, real: real.filter((root) => root !== undefined) };
}

/** Whether a path is one of the folders or below one. All are absolute. */
export function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const below = relative(folder, path);
    return below === '' || (below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below));
  });
}
