import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pointer } from '../contracts/artifact-store.ts';

/*
 * A pointer is a folder of numbered files (generations); the highest number is the current one. A swap creates the file
 * with the next number, which the file system lets exactly one writer do. This is a compare-and-swap without a lock
 * that a crash could leave behind.
 */

/** The current generation of a pointer; undefined if it does not exist. */
export async function readGeneration(folder: string): Promise<Pointer | undefined> {
  for (;;) {
    const newest = await newestGeneration(folder);
    if (newest === 0) return undefined;
    const file = generationFile(folder, newest);
    const read = await Promise.all([readFile(file), stat(file)]).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined; // Pruned since the listing, so there is a newer one, or none.
      throw error;
    });
    if (read) return { version: String(newest), bytes: read[0], writtenAt: read[1].mtime };
  }
}

/**
 * Creates the generation after `expected` (undefined: the first one). Returns its version, or undefined if the pointer
 * has another version by now.
 * @param create writes a file unless it exists; resolves to whether it was written.
 */
export async function swapGeneration(
  folder: string,
  expected: string | undefined,
  create: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  const current = await newestGeneration(folder);
  if (String(current) !== (expected ?? '0')) return undefined;
  const next = current + 1;
  if (!(await create(generationFile(folder, next)))) return undefined;
  // A writer that was suspended during many swaps may have re-created a number that was already pruned. Then a higher
  // number exists, and this write did not win.
  if ((await newestGeneration(folder)) > next) {
    await unlink(generationFile(folder, next)).catch(() => {});
    return undefined;
  }
  await prune(folder, next - KEPT);
  return String(next);
}

/** Generations kept: enough for readers that listed the folder a while ago, and for an operator to look back. */
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
  for (const name of await readdir(folder).catch(() => [])) {
    if (/^\d+$/.test(name) && Number(name) <= upTo) await unlink(join(folder, name)).catch(() => {});
  }
}
