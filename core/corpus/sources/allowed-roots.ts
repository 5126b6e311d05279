import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

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
