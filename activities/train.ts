import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '../core/artifacts/digest.ts';
import { doStep } from '../core/artifacts/step.ts';
import type { Activities } from '../core/contracts/activities.ts';
import type { ArtifactFolder } from '../core/contracts/artifact.ts';
import type { ArtifactStore } from '../core/contracts/artifact-store.ts';
import { TrainResult } from '../core/contracts/training.ts';
import { chooseDevice } from '../core/training/devices/choose-device.ts';
import { runTrainer } from '../core/training/process/run-trainer.ts';
import { putJson } from './artifacts.ts';
import type { StepContext } from './context.ts';
import { openBase } from './models.ts';

/** Tunes the base model on the training questions, in a child process, from its newest checkpoint if there is one. */
export async function train(
  context: StepContext,
  { base, dataset, options }: Parameters<Activities['train']>[0],
): ReturnType<Activities['train']> {
  const { store, scratch, cache, signal, progress, threads, memory } = context;
  const step = { name: 'train', version: 3, inputs: { base: base.sha256, dataset: dataset.sha256 }, options };
  const outcome = await doStep(store, step, TrainResult, async () => {
    const checkpointFolder = join(cache, 'checkpoints', sha256(canonicalJson(step)));
    const outputFolder = join(scratch, 'model');
    const datasetFile = join(scratch, 'train.json');
    await store.fetchObject(dataset, datasetFile);
    const modelFolder = await openBase(context, base);
    const device = await chooseDevice(context.device ?? 'cpu');
    const machine = { device, ...(threads && { threads }), ...(memory && { memory }) };
    const {
      losses,
      sha256: digest,
      ...figures
    } = await runTrainer(
      { modelFolder, dataset: datasetFile, options, outputFolder, checkpointFolder, ...machine },
      { signal, onProgress: progress },
    );
    const model = { files: await putFolder(store, outputFolder), sha256: digest };
    const result = { model, losses: await putJson(store, losses), ...figures };
    await rm(checkpointFolder, { recursive: true, force: true });
    return result;
  });
  const { steps, bestStep = steps, finalLoss, samplesPerSecond, exportDrift } = outcome.output;
  const kept = bestStep < steps ? ` · step ${bestStep} kept` : '';
  return {
    ...outcome,
    summary: `${steps} steps${kept} · loss ${finalLoss.toFixed(2)} · ${samplesPerSecond.toFixed(1)} pairs/s · export drift ${exportDrift.toExponential(0)}`,
  };
}

async function putFolder(store: ArtifactStore, folder: string): Promise<ArtifactFolder> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: ArtifactFolder = [];
  for (const file of paths.sort()) {
    files.push({
      path: file
        .slice(folder.length + 1)
        .split('\\')
        .join('/'),
      ref: await store.putObject({ file }),
    });
  }
  return files;
}
