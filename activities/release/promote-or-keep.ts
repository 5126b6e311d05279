import { runFolder } from '../../core/artifacts/key.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Comparison } from '../../core/contracts/evaluation.ts';
import type { TrainedCandidate } from '../../core/contracts/release.ts';
import type { PromotionOutcome, RetrainInput } from '../../core/contracts/retrain.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { decide, incumbent } from '../../core/release/decide.ts';
import { promote } from '../../core/release/promote.ts';
import { type ModelRegistry, readRegistry, rolledBack } from '../../core/release/registry.ts';
import { layOut, releaseFolder } from '../../core/release/release-folder.ts';
import { recordOf } from '../../core/release/release-record.ts';
import type { StepContext } from '../runtime/context.ts';

type Input = {
  name: string;
  /** Version that `gain` compares with; 0 for the base, where nothing was published. */
  expected: number;
  candidate: TrainedCandidate;
  gain: Comparison;
  general?: Comparison;
  options: Pick<RetrainInput['retrain'], 'gate' | 'maxGeneralDrop'>;
  /** Why a person does not want it promoted. */
  rejected?: string;
  /** Of this retraining: an attempt after one that died finds what that had done. */
  requestId: string;
};

/** Decides between a new model and the one in production, and promotes the new one if it is to be. */
export async function promoteOrKeep(context: StepContext, input: Input): Promise<StepResult<PromotionOutcome>> {
  const started = performance.now();
  const output = await concluded(context, input);
  return { output, reused: false, seconds: (performance.now() - started) / 1000, summary: output.reason };
}

async function concluded({ store, progress }: StepContext, input: Input): Promise<PromotionOutcome> {
  const { name, expected, candidate, gain, general, options, rejected, requestId } = input;
  const registry = (await readRegistry(store, name))?.registry;
  // An attempt that died after its swap; this one only has to say so.
  const before = registry?.events.find((event) => event.requestId === requestId);
  if (before) return { decision: 'promoted', reason: before.reason, version: before.to };
  const current = registry?.current ?? 0;
  const inPlace = registry?.versions.find(({ version }) => version === current)?.model;
  if (inPlace === candidate.model.sha256) {
    return {
      decision: 'identical',
      reason: `Training came to the very weights of ${name} v${current}.`,
      version: current,
    };
  }
  const conflict = (version: number): PromotionOutcome => ({
    decision: 'conflict',
    reason: `${name} was moved to v${version} meanwhile; it is the one to beat now.`,
    version,
  });
  if (current !== expected) return conflict(current);

  const beside = incumbent(name, expected);
  const { promote: wanted, reason } = decide(
    { gain, general, rejected, rolledBack: rolledBackBefore(registry, candidate) },
    options,
    beside,
  );
  if (!wanted) return { decision: 'refused', reason, version: current };
  const folder = releaseFolder(name, candidate.model);
  await layOut(store, folder, candidate.model, (done, total) => progress({ done, total, unit: 'files' }));
  await copyCard(store, `${runFolder(candidate.workflowId)}/model/README.md`, `${folder}/README.md`);
  const record = recordOf(candidate, `${store.uri}/${folder}`, gain, beside.called);
  const { version, moved } = await promote(store, name, record, { reason, requestId, expected });
  return moved ? { decision: 'promoted', reason, version } : conflict(version);
}

/** Who took these very weights out of production, if somebody did. */
function rolledBackBefore(registry: ModelRegistry | undefined, { model }: TrainedCandidate): string | undefined {
  if (!registry) return undefined;
  const away = rolledBack(registry);
  const found = registry.versions.find(({ version, model: weights }) => weights === model.sha256 && away.has(version));
  const event = found && away.get(found.version);
  return event && `v${event.from}, which ${event.by} rolled back${event.reason === '' ? '' : ` (${event.reason})`}`;
}

async function copyCard(store: ArtifactStore, from: string, to: string): Promise<void> {
  const card = await store.get(from);
  if (card) await store.materialise(await store.putObject(card), to);
}
