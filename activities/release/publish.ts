import { runFolder } from '../../core/artifacts/key.ts';
import type { TrainedCandidate } from '../../core/contracts/release.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { Published } from '../../core/contracts/run-result.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { gainInWords, gateRefusal } from '../../core/release/gate.ts';
import { currentRelease, promote } from '../../core/release/promote.ts';
import { layOut, releaseFolder } from '../../core/release/release-folder.ts';
import { recordOf } from '../../core/release/release-record.ts';
import type { StepContext } from '../runtime/context.ts';

/** Lays the tuned model out as a folder, and promotes it under its name if it passes the gate. */
export async function publish(
  { store, progress, lease }: StepContext,
  {
    candidate,
    options,
    refusal: rejected,
  }: {
    candidate: TrainedCandidate;
    options: RunInput['publish'];
    /** Why a person does not want it promoted. */
    refusal?: string;
  },
): Promise<StepResult<{ modelUri: string; published?: Published }>> {
  const started = performance.now();
  const { model, workflowId } = candidate;
  const { gain } = candidate.evaluation;
  const lay = (folder: string) =>
    layOut(store, folder, model, (done, total) => progress({ done, total, unit: 'files' }));
  const folder = `${runFolder(workflowId)}/model`;
  const modelUri = `${store.uri}/${folder}`;
  const written = await lay(folder);
  const { name, gate } = options;
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
  const released = releaseFolder(name, model);
  await lay(released);
  const record = recordOf(candidate, `${store.uri}/${released}`, gain, 'base');
  const { version, moved } = await promote(store, name, record, { reason: gainInWords(gain), requestId: lease.run });
  const reason = `${name} v${version} · ${gainInWords(gain)}`;
  return { output: { modelUri, published: { name, version, promoted: true, reason } }, ...outcome(moved, reason) };
}
