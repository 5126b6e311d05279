import { runFolder } from '../../core/artifacts/key.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Comparison } from '../../core/contracts/evaluation.ts';
import type { TrainedCandidate } from '../../core/contracts/release.ts';
import type { PromotionOutcome, RetrainInput } from '../../core/contracts/retrain.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { decide, describeCurrentModel } from '../../core/release/decide.ts';
import { promote } from '../../core/release/promote.ts';
import { type ModelRegistry, readRegistry, rolledBackVersions } from '../../core/release/registry.ts';
import { releaseFolder, writeModelFolder } from '../../core/release/release-folder.ts';
import { releaseRecord } from '../../core/release/release-record.ts';
import { signRelease } from '../../core/release/signature/signed-release.ts';
import type { StepContext } from '../runtime/context.ts';
import { measureRelease } from './measure-release.ts';

type Input = {
  name: string;
  /** The version that `gain` compares with; 0 for the base model, if nothing was published. */
  expected: number;
  candidate: TrainedCandidate;
  /** Candidate minus current model. */
  gain: Comparison;
  /** The same on the general set. */
  general?: Comparison | undefined;
  options: Pick<RetrainInput['retrain'], 'gate' | 'maxGeneralDrop'>;
  /** Why a person rejected the candidate. */
  rejected?: string | undefined;
  /** Makes retries safe: a second attempt with the same id finds what the first one did. */
  requestId: string;
};

/**
 * Promotes a candidate or keeps the current version, as gate and person decide. Never reused.
 * A promotion writes the model folder with its model card, then the registry.
 * @returns decision `conflict` if `expected` is not the current version any more; the caller compares again.
 * @throws Fault `lost` if a file of the model is missing or corrupt.
 */
export async function promoteOrKeep(context: StepContext, input: Input): Promise<StepResult<PromotionOutcome>> {
  const started = performance.now();
  const output = await decideAndPromote(context, input);
  return { output, reused: false, seconds: (performance.now() - started) / 1000, summary: output.reason };
}

async function decideAndPromote(
  { store, progress, measure, signingKey }: StepContext,
  input: Input,
): Promise<PromotionOutcome> {
  const { name, expected, candidate, gain, general, options, rejected, requestId } = input;
  const registry = (await readRegistry(store, name))?.registry;
  // An earlier attempt swapped the registry and died before it could report.
  const earlier = registry?.events.find((event) => event.requestId === requestId);
  if (earlier) return { decision: 'promoted', reason: earlier.reason, version: earlier.to };
  const current = registry?.current ?? 0;
  const currentSha256 = registry?.versions.find(({ version }) => version === current)?.modelSha256;
  if (currentSha256 === candidate.model.sha256) {
    const reason = `Training produced the same weights as ${name} v${current}.`;
    return { decision: 'identical', reason, version: current };
  }
  const conflict = (version: number): PromotionOutcome => ({
    decision: 'conflict',
    reason: `${name} v${version} became current meanwhile; the new model has to be compared with it.`,
    version,
  });
  if (current !== expected) return conflict(current);

  const currentModel = describeCurrentModel(name, expected);
  const rolledBack = registry && earlierRollback(registry, candidate);
  const { promote: promoted, reason } = decide(
    { gain, general, rejected, rolledBack, baseIsBetter: candidate.baseIsBetter },
    options,
    currentModel,
  );
  if (!promoted) return { decision: 'refused', reason, version: current };
  const folder = releaseFolder(name, candidate.model);
  await writeModelFolder(store, folder, candidate.model, (done, total) => progress({ done, total, unit: 'files' }));
  if (signingKey) await signRelease(store, name, candidate.model, signingKey);
  await copyModelCard(store, `${runFolder(candidate.workflowId)}/model/README.md`, `${folder}/README.md`);
  const record = releaseRecord(candidate, `${store.uri}/${folder}`, gain, currentModel.label);
  const promotion = await promote(store, name, record, { reason, requestId, expected });
  if (promotion.promoted) measureRelease(measure, name, promotion.version, record.score);
  return promotion.promoted
    ? { decision: 'promoted', reason, version: promotion.version }
    : conflict(promotion.version);
}

/** `v4, which anna rolled back (reason)` if a version with the candidate's weights was rolled back. */
function earlierRollback(registry: ModelRegistry, { model }: TrainedCandidate): string | undefined {
  const rolledBack = rolledBackVersions(registry);
  for (const { version, modelSha256 } of registry.versions) {
    const event = rolledBack.get(version);
    if (event === undefined || modelSha256 !== model.sha256) continue;
    return `v${event.from}, which ${event.by} rolled back${event.reason === '' ? '' : ` (${event.reason})`}`;
  }
  return undefined;
}

async function copyModelCard(store: ArtifactStore, from: string, to: string): Promise<void> {
  const card = await store.get(from);
  if (card) await store.materialise(await store.putObject(card), to);
}
