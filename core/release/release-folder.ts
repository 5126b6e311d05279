import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { TunedModel } from '../contracts/model.ts';

/**
 * Folder of a published model. Its name contains the hash of the model, so that the model in a folder never changes
 * under a serving system. (A run's own folder does change: a restarted run may produce another model.)
 */
export function releaseFolder(name: string, { sha256 }: TunedModel): string {
  return `published/${name}/${sha256.slice(0, 16)}`;
}

/**
 * Writes the files of a model below a key; files that are there already are skipped.
 * @returns the number of files written.
 */
export async function writeModelFolder(
  store: ArtifactStore,
  folder: string,
  { files, sha256 }: TunedModel,
  onFile: (done: number, total: number) => void = () => {},
): Promise<number> {
  // Invariant: the label, which says whose files the folder holds, is written last. Comparing sizes alone is not
  // enough: a restarted run may produce another model of the same size.
  const label = `${folder}.sha256`;
  const present = new Set<string>();
  if (decode(await store.get(label)) === sha256) {
    for await (const { key, bytes } of store.list(`${folder}/`)) present.add(`${key} ${bytes}`);
  }
  let written = 0;
  for (const { path, ref } of files) {
    const key = `${folder}/${path}`;
    if (present.has(`${key} ${ref.bytes}`)) continue;
    await store.materialise(ref, key);
    onFile(++written, files.length);
  }
  if (written > 0) await store.materialise(await store.putObject(new TextEncoder().encode(sha256)), label);
  return written;
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}
