import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactFolder, ArtifactRef } from '../../core/contracts/artifact.ts';

export interface CorruptArtifact {
  path: string;
  /** The content before the corruption. */
  bytes: Buffer;
}

/** What tests corrupt of a step's output. */
type Output = Record<string, ArtifactRef> & { model?: { files: ArtifactFolder } };

/**
 * Flips one bit of an artifact in a project's store, as a failing disk does.
 * @param step Name of the step that wrote the artifact; the first stored result of this step is taken.
 * @param select The artifact among those in the step's output.
 * @throws Error if the store has no such artifact.
 */
export async function corruptArtifact(
  project: string,
  step: string,
  select: (output: Output) => ArtifactRef | undefined,
): Promise<CorruptArtifact> {
  const store = join(project, '.hone', 'store');
  const [manifest] = await readdir(join(store, 'steps', step), { recursive: true, withFileTypes: true }).then((all) =>
    all.filter((entry) => entry.isFile()),
  );
  if (!manifest) throw new Error(`${store} has no result of the step ${step}`);
  const { output } = JSON.parse(await readFile(join(manifest.parentPath, manifest.name), 'utf8'));
  const artifact = select(output);
  if (!artifact) throw new Error(`the output of the step ${step} has no such artifact`);
  const path = join(store, 'objects', artifact.sha256.slice(0, 2), artifact.sha256);
  const bytes = await readFile(path);
  const corrupt = Buffer.from(bytes);
  corrupt.writeUInt8(corrupt.readUInt8(100) ^ 1, 100);
  await writeFile(path, corrupt);
  return { path, bytes };
}
