import { runFolder } from '../../core/artifacts/key.ts';
import type { TrainedCandidate } from '../../core/contracts/release.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import type { Published } from '../../core/contracts/run-result.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { describeGain, gateRefusal } from '../../core/release/gate.ts';
import { currentRelease, promote } from '../../core/release/promote.ts';
import { releaseFolder, writeModelFolder } from '../../core/release/release-folder.ts';
import { releaseRecord } from '../../core/release/release-record.ts';
import { signRelease } from '../../core/release/signature/signed-release.ts';
import type { StepContext } from '../runtime/context.ts';
import { measureRelease } from './measure-release.ts';

type Input = {
  candidate: TrainedCandidate;
  options: RunInput['publish'];
  /** Why a person rejected the promotion. */
  rejected?: string | undefined;
};

type Output = {
  /** URI of the model's folder in the folder of the run. */
  modelUri: string;
  /** Absent if the run has no `publish.name`. */
  published?: Published | undefined;
};

/**
 * Writes the tuned model into the folder of the run. With `publish.name`, also promotes it under that name if it passes
 * the gate: writes a folder of its own for the release, then the registry.
 * Counts as reused if the model folder was complete and the registry did not change.
 * @throws Fault `lost` if a file of the model is missing or corrupt.
 */
export async function publish(
  { store, progress, owner, measure, signingKey }: StepContext,
  { candidate, options, rejected }: Input,
): Promise<StepResult<Output>> {
  const started = performance.now();
  const { model, workflowId } = candidate;
  const { baseIsBetter } = candidate;
  const { gain } = candidate.evaluation;
  const write = (folder: string) =>
    writeModelFolder(store, folder, model, (done, total) => progress({ done, total, unit: 'files' }));
  const folder = `${runFolder(workflowId)}/model`;
  const modelUri = `${store.uri}/${folder}`;
  const written = await write(folder);
  const result = (summary: string, published?: Published, promotedNow = false): StepResult<Output> => ({
    output: { modelUri, published },
    reused: written === 0 && !promotedNow,
    seconds: (performance.now() - started) / 1000,
    summary,
  });
  const { name, gate } = options;
  if (name === undefined) return result(`not under a name; ${describeGain(gain)}`);

  const refusal = rejected === undefined ? gateRefusal(gate, { gain, baseIsBetter }) : `it was rejected: ${rejected}`;
  if (refusal) {
    const version = (await currentRelease(store, name))?.version ?? 0;
    const reason = `${name} not promoted: ${refusal}`;
    return result(reason, { name, version, promoted: false, reason, rejected });
  }
  const released = releaseFolder(name, model);
  await write(released);
  if (signingKey) await signRelease(store, name, model, signingKey);
  const record = releaseRecord(candidate, `${store.uri}/${released}`, gain, 'base');
  const promotion = await promote(store, name, record, { reason: describeGain(gain), requestId: owner.run });
  const { version } = promotion;
  measureRelease(measure, name, version, record.score);
  const reason = `${name} v${version} · ${describeGain(gain)}`;
  return result(reason, { name, version, promoted: true, reason }, promotion.promoted);
}
