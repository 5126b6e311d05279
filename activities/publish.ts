import { runFolder } from '../core/artifacts/key.ts';
import type { Activities } from '../core/contracts/activities.ts';
import type { ArtifactStore } from '../core/contracts/artifact-store.ts';
import type { TunedModel } from '../core/contracts/model.ts';
import type { StageProgress } from '../core/contracts/progress.ts';
import { gainInWords, gateRefusal } from '../core/release/gate.ts';
import { currentRelease, promote } from '../core/release/promote.ts';
import type { StepContext } from './context.ts';

/** Lays the tuned model out as a folder, and promotes it under its name if it passes the gate. */
export async function publish(
  { store, progress }: StepContext,
  { workflowId, model, judgement, options, refusal: rejected }: Parameters<Activities['publish']>[0],
): ReturnType<Activities['publish']> {
  const started = performance.now();
  const folder = `${runFolder(workflowId)}/model`;
  const modelUri = `${store.uri}/${folder}`;
  const written = await layOut(store, folder, model, progress);
  const { name, gate } = options;
  const gain = judgement.gain;
  const outcome = (moved: boolean, summary: string) => ({
    reused: written === 0 && !moved,
    seconds: (performance.now() - started) / 1000,
    summary,
  });
  if (name === undefined) return { output: { modelUri }, ...outcome(false, `not under a name; ${gainInWords(gain)}`) };

  const refusal = rejected === undefined ? gateRefusal(gate, gain) : `it was rejected: ${rejected}`;
  if (refusal) {
    const version = (await currentRelease(store, name))?.version ?? 0;
    const reason = `${name} not promoted: ${refusal}`;
    return { output: { modelUri, published: { name, version, promoted: false, reason } }, ...outcome(false, reason) };
  }
  const { version, moved } = await promote(store, name, { model, modelUri, workflowId, gain: gain.difference });
  const reason = `${name} v${version} · ${gainInWords(gain)}`;
  return { output: { modelUri, published: { name, version, promoted: true, reason } }, ...outcome(moved, reason) };
}

/** Writes the model's files unless they lie there already; how many were written. */
async function layOut(
  store: ArtifactStore,
  folder: string,
  { files, sha256 }: TunedModel,
  progress: (progress: StageProgress) => void,
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
    progress({ done: ++written, total: files.length, unit: 'files' });
  }
  if (written > 0) await store.materialise(await store.putObject(new TextEncoder().encode(sha256)), label);
  return written;
}

function decode(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}
