import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { retryingStore } from '../../core/artifacts/retrying-store.ts';
import { doStep } from '../../core/artifacts/step.ts';
import type { ArtifactFolder, ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import type { StepResult } from '../../core/contracts/step-result.ts';
import { type TrainingOptions, TrainResult } from '../../core/contracts/training.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { StoredCheckpoints } from '../../core/training/checkpoints/stored-checkpoints.ts';
import { chooseDevice } from '../../core/training/devices/choose-device.ts';
import { TRAINING_VERSION } from '../../core/training/train-job.ts';
import { putJson } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { counted } from '../runtime/count-noun.ts';
import { openBase } from '../runtime/models.ts';
import { trainDurably } from './train-durably.ts';

type Input = {
  base: BaseModel;
  /** JSON of `QADataset`: the training data. */
  dataset: ArtifactRef;
  options: TrainingOptions;
};

/**
 * Trains the base model in a child process, from the newest stored checkpoint if there is one. Stores the files of the
 * tuned model and the losses; checkpoints are stored under way and removed at the end.
 * Reused for the same model, dataset and options, whichever device trained.
 * @throws Fault `input` if model, data and options do not fit each other; `exhausted` if memory or disk ran out three
 *   times without progress; `Superseded` if another attempt has taken over.
 */
export async function train(context: StepContext, { base, dataset, options }: Input): Promise<StepResult<TrainResult>> {
  const { scratch, owner, threads, memory, checkpointEveryS } = context;
  let latest: StageProgress | undefined;
  const progress = (figures: StageProgress) => {
    latest = figures;
    context.progress(figures);
  };
  // A store that is away must not end the attempt: everything since the last stored checkpoint would be trained again.
  const store = retryingStore(context.store, {
    signal: context.signal,
    onWait: () => latest && context.progress({ ...latest, note: 'waiting for the store' }),
  });
  const inputs = { base: base.sha256, dataset: dataset.sha256 };
  const step = { name: 'train', version: TRAINING_VERSION, inputs, options };
  const device = await chooseDevice(context.device ?? 'cpu');
  const checkpoints = new StoredCheckpoints(context.store, sha256(canonicalJson({ ...step, device })), owner);
  const outcome = await doStep(store, step, TrainResult, async () => {
    const outputFolder = join(scratch, 'model');
    const datasetFile = join(scratch, 'train.json');
    await store.fetchObject(dataset, datasetFile);
    const modelFolder = await openBase(context, base);
    const { losses, sha256, ...figures } = await trainDurably({ ...context, progress }, checkpoints, {
      modelFolder,
      dataset: datasetFile,
      options,
      outputFolder,
      checkpointFolder: join(scratch, 'checkpoints'),
      device,
      threads,
      memory,
      checkpointEverySeconds: checkpointEveryS,
    });
    const model = { files: await putFolder(store, outputFolder), sha256 };
    return { model, losses: await putJson(store, losses), ...figures };
  });
  await checkpoints.clear();
  const { steps, bestStep = steps, finalLoss, samplesPerSecond, exportDrift } = outcome.output;
  const kept = bestStep < steps ? ` · step ${bestStep} kept` : '';
  return {
    ...outcome,
    summary: `${counted(steps, 'step')}${kept} · loss ${finalLoss.toFixed(2)} · ${samplesPerSecond.toFixed(1)} pairs/s · export drift ${exportDrift.toExponential(0)}`,
  };
}

async function putFolder(store: ArtifactStore, folder: string): Promise<ArtifactFolder> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: ArtifactFolder = [];
  for (const file of paths.sort()) {
    files.push({ path: relative(folder, file).replaceAll(sep, '/'), ref: await store.putObject({ file }) });
  }
  return files;
}
