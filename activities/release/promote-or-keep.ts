import { runFolder } from '../../core/artifacts/key.ts';
import type { Activities } from '../../core/contracts/activities.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { Made } from '../../core/contracts/release.ts';
import type { Conclusion } from '../../core/contracts/retrain.ts';
import { decide, incumbent } from '../../core/release/decide.ts';
import { layOut, releaseFolder } from '../../core/release/lay-out.ts';
import { promote } from '../../core/release/promote.ts';
import { readShelf, type Shelf, withdrawn } from '../../core/release/registry.ts';
import { recordOf } from '../../core/release/release-record.ts';
import type { StepContext } from '../runtime/context.ts';

type Input = Parameters<Activities['conclude']>[0];

/** Decides between a new model and the one in production, and promotes the new one if it is to be. */
export async function conclude(context: StepContext, input: Input): ReturnType<Activities['conclude']> {
  const started = performance.now();
  const output = await concluded(context, input);
  return { output, reused: false, seconds: (performance.now() - started) / 1000, summary: output.reason };
}

async function concluded({ store, progress }: StepContext, input: Input): Promise<Conclusion> {
  const { name, expected, made, gain, general, options, rejected, id } = input;
  const shelf = (await readShelf(store, name))?.shelf;
  // An attempt that died after its swap; this one only has to say so.
  const before = shelf?.moves.find((move) => move.id === id);
  if (before) return { decision: 'promoted', reason: before.reason, version: before.to };
  const current = shelf?.current ?? 0;
  const inPlace = shelf?.versions.find(({ version }) => version === current)?.model;
  if (inPlace === made.model.sha256) {
    return { decision: 'same', reason: `Training came to the very weights of ${name} v${current}.`, version: current };
  }
  const overtaken = (version: number): Conclusion => ({
    decision: 'overtaken',
    reason: `${name} was moved to v${version} meanwhile; it is the one to beat now.`,
    version,
  });
  if (current !== expected) return overtaken(current);

  const beside = incumbent(name, expected);
  const { promote: wanted, reason } = decide(
    { gain, general, rejected, withdrawn: withdrawal(shelf, made) },
    options,
    beside,
  );
  if (!wanted) return { decision: 'refused', reason, version: current };
  const folder = releaseFolder(name, made.model);
  await layOut(store, folder, made.model, (done, total) => progress({ done, total, unit: 'files' }));
  await copyCard(store, `${runFolder(made.workflowId)}/model/README.md`, `${folder}/README.md`);
  const record = recordOf(made, `${store.uri}/${folder}`, gain, beside.called);
  const { version, moved } = await promote(store, name, record, { reason, id, expected });
  return moved ? { decision: 'promoted', reason, version } : overtaken(version);
}

/** Who took these very weights out of production, if somebody did. */
function withdrawal(shelf: Shelf | undefined, { model }: Made): string | undefined {
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
