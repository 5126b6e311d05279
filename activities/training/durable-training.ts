import { join } from 'node:path';
import { retryingStore } from '../../core/artifacts/retrying-store.ts';
import type { StepIdentity } from '../../core/artifacts/step.ts';
import type { ArtifactRef } from '../../core/contracts/artifact.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { BaseModel } from '../../core/contracts/model.ts';
import type { StageProgress } from '../../core/contracts/progress.ts';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { chooseDevice } from '../../core/devices/choose-device.ts';
import { canonicalJson, sha256 } from '../../core/primitives/hash.ts';
import { StoredCheckpoints } from '../../core/training/checkpoints/stored-checkpoints.ts';
import type { TrainOutcome } from '../../core/training/train-job.ts';
import type { StepContext } from '../runtime/context.ts';
import { openBase } from '../runtime/models.ts';
import { trainDurably } from './train-durably.ts';

export interface TrainInput {
  base: BaseModel;
  /** JSON of `QADataset`: the training data. */
  dataset: ArtifactRef;
  options: TrainingOptions;
}

/** The training of a step, with its checkpoints. */
export interface DurableTraining {
  /** For the results of the step: waits while the store is away. */
  readonly store: ArtifactStore;
  /** Trains from the newest stored checkpoint, if there is one, and writes the tuned model to a local folder. */
  run(): Promise<TrainOutcome & { readonly baseFolder: string; readonly outputFolder: string }>;
  /** Removes the checkpoints, once the result of the step is stored. */
  clear(): Promise<void>;
}

/** @param note put before the notes of the progress, if given. */
export async function durableTraining(
  context: StepContext,
  step: StepIdentity,
  { base, dataset, options }: TrainInput,
  note?: string,
): Promise<DurableTraining> {
  const { scratch, owner, threads, memory, checkpointEveryS } = context;
  let latest: StageProgress | undefined;
  const progress = (figures: StageProgress) => {
    latest = note === undefined ? figures : { ...figures, note: [note, figures.note].filter(Boolean).join(' · ') };
    context.progress(latest);
  };
  // A store that is away must not end the attempt: everything since the last stored checkpoint would be trained again.
  const store = retryingStore(context.store, {
    signal: context.signal,
    measure: context.measure,
    onWait: () => latest && context.progress({ ...latest, note: 'waiting for the store' }),
  });
  const device = await chooseDevice(context.device ?? 'cpu');
  const training = sha256(canonicalJson({ ...step, device }));
  const checkpoints = new StoredCheckpoints(context.store, training, owner);
  return {
    store,
    async run() {
      const outputFolder = join(scratch, 'model');
      const datasetFile = join(scratch, 'train.json');
      await store.fetchObject(dataset, datasetFile);
      const baseFolder = await openBase(context, base);
      const outcome = await trainDurably({ ...context, progress }, checkpoints, {
        modelFolder: baseFolder,
        dataset: datasetFile,
        options,
        outputFolder,
        checkpointFolder: join(scratch, 'checkpoints'),
        training,
        device,
        threads,
        memory,
        checkpointEverySeconds: checkpointEveryS,
      });
      return { ...outcome, baseFolder, outputFolder };
    },
    clear: () => checkpoints.clear(),
  };
}
