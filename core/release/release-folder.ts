import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { TunedModel } from '../contracts/model.ts';

/**
 * The folder of one published model, named by its weights: what a serving system reads from it never turns into other
 * weights, as a run's own folder does when the run is started again.
 */
export function releaseFolder(name: string, { sha256 }: TunedModel): string {
  return `published/${name}/${sha256.slice(0, 16)}`;
}

/** Writes the model's files below a key unless they lie there already; how many were written. */
export async function layOut(
  store: ArtifactStore,
  folder: string,
  { files, sha256 }: TunedModel,
  onFile: (done: number, total: number) => void = () => {},
): Promise<number> {
  // Which model a folder holds is written last: a run started again may come to other weights of the same size.
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
