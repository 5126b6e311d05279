import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';

export interface Rotten {
  path: string;
  /** What it held. */
  bytes: Buffer;
}

/** Turns over one bit of an artifact that a step has made, as a bad disk does. @param which of those in its output. */
export async function rot(
  folder: string,
  step: string,
  which: (output: Record<string, ArtifactRef>) => ArtifactRef | undefined,
): Promise<Rotten> {
  const store = join(folder, '.hone', 'store');
  const [key] = await readdir(join(store, 'steps', step));
  const [generation] = await readdir(join(store, 'steps', step, key as string));
  const manifest = await readFile(join(store, 'steps', step, key as string, generation as string), 'utf8');
  const { sha256 } = which(JSON.parse(manifest).output) as ArtifactRef;
  const path = join(store, 'objects', sha256.slice(0, 2), sha256);
  const bytes = await readFile(path);
  const rotten = Buffer.from(bytes);
  rotten[100] = (rotten[100] as number) ^ 1;
  await writeFile(path, rotten);
  return { path, bytes };
}
