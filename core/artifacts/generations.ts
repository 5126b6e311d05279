import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pointer } from '../contracts/artifact-store.ts';

/**
 * A pointer as a folder of numbered generations, the highest being current. Swapping is creating the next number,
 * which the file system lets exactly one writer do: compare-and-swap without a lock that a crash could leave behind.
 */
export async function readGeneration(folder: string): Promise<Pointer | undefined> {
  for (;;) {
    const newest = await newestGeneration(folder);
    if (newest === 0) return undefined;
    const bytes = await readFile(generationFile(folder, newest)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined; // pruned while we looked: a newer one is there
      throw error;
    });
    if (bytes) return { version: String(newest), bytes };
  }
}

/** @param create writes a file unless it exists, and says whether it did. */
export async function swapGeneration(
  folder: string,
  expected: string | undefined,
  create: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  const current = await newestGeneration(folder);
  if (String(current) !== (expected ?? '0')) return undefined;
  const mine = current + 1;
  if (!(await create(generationFile(folder, mine)))) return undefined;
  // A writer that slept through many swaps may have re-created a number already pruned; then a higher one exists.
  if ((await newestGeneration(folder)) > mine) {
    await unlink(generationFile(folder, mine)).catch(() => {});
    return undefined;
  }
  await prune(folder, mine - KEPT);
  return String(mine);
}

/** Enough that a reader is never outrun, and that an operator can look back. */
const KEPT = 16;

const DIGITS = 12;

function generationFile(folder: string, generation: number): string {
  return join(folder, String(generation).padStart(DIGITS, '0'));
}

async function newestGeneration(folder: string): Promise<number> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.reduce((newest, name) => Math.max(newest, /^\d+$/.test(name) ? Number(name) : 0), 0);
}

async function prune(folder: string, upTo: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\d+$/.test(name) && Number(name) <= upTo) await unlink(join(folder, name)).catch(() => {});
  }
}
