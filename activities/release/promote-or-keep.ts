import { runFolder } from '../../core/artifacts/key.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Comparison } from '../../core/contracts/evaluation.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import type { TrainedCandidate } from '../../core/contracts/release.ts';
import type { PromotionOutcome, RetrainInput } from '../../core/contracts/retrain.ts';
import { decide, incumbent } from '../../core/release/decide.ts';
import { layOut, releaseFolder } from '../../core/release/release-folder.ts';
import { promote } from '../../core/release/promote.ts';
import { type ModelRegistry, readRegistry, withdrawn } from '../../core/release/registry.ts';
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
  id: string;
};

/** Decides between a new model and the one in production, and promotes the new one if it is to be. */
export async function promoteOrKeep(context: StepContext, input: Input): Promise<StepResult<PromotionOutcome>> {
  const started = performance.now();
  const output = await concluded(context, input);
  return { output, reused: false, seconds: (performance.now() - started) / 1000, summary: output.reason };
}

async function concluded({ store, progress }: StepContext, input: Input): Promise<PromotionOutcome> {
  const { name, expected, candidate, gain, general, options, rejected, id } = input;
  const shelf = (await readRegistry(store, name))?.shelf;
  // An attempt that died after its swap; this one only has to say so.
  const before = shelf?.moves.find((move) => move.id === id);
  if (before) return { decision: 'promoted', reason: before.reason, version: before.to };
  const current = shelf?.current ?? 0;
  const inPlace = shelf?.versions.find(({ version }) => version === current)?.model;
  if (inPlace === candidate.model.sha256) {
    return { decision: 'same', reason: `Training came to the very weights of ${name} v${current}.`, version: current };
  }
  const overtaken = (version: number): PromotionOutcome => ({
    decision: 'overtaken',
    reason: `${name} was moved to v${version} meanwhile; it is the one to beat now.`,
    version,
  });
  if (current !== expected) return overtaken(current);

  const beside = incumbent(name, expected);
  const { promote: wanted, reason } = decide(
    { gain, general, rejected, withdrawn: withdrawal(shelf, candidate) },
    options,
    beside,
  );
  if (!wanted) return { decision: 'refused', reason, version: current };
  const folder = releaseFolder(name, candidate.model);
  await layOut(store, folder, candidate.model, (done, total) => progress({ done, total, unit: 'files' }));
  await copyCard(store, `${runFolder(candidate.workflowId)}/model/README.md`, `${folder}/README.md`);
  const record = recordOf(candidate, `${store.uri}/${folder}`, gain, beside.called);
  const { version, moved } = await promote(store, name, record, { reason, id, expected });
  return moved ? { decision: 'promoted', reason, version } : overtaken(version);
}

/** Who took these very weights out of production, if somebody did. */
function withdrawal(shelf: ModelRegistry | undefined, { model }: TrainedCandidate): string | undefined {
  if (!shelf) return undefined;
  const away = withdrawn(shelf);
  const found = shelf.versions.find(({ version, model: weights }) => weights === model.sha256 && away.has(version));
  const move = found && away.get(found.version);
  return move && `v${move.from}, which ${move.by} rolled back${move.reason === '' ? '' : ` (${move.reason})`}`;
}

async function copyCard(store: ArtifactStore, from: string, to: string): Promise<void> {
  const card = await store.get(from);
  if (card) await store.materialise(await store.putObject(card), to);
}
