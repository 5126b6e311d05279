import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LossPoint, TrainingOptions } from '../contracts/training.ts';
import type { ModelFolder } from '../encoder/files/model-folder.ts';
import { hashFile } from '../primitives/hash.ts';
import type { DeviceName } from './devices/choose-device.ts';

export interface TrainJob {
  /** A sentence-transformers folder. */
  readonly modelFolder: string;
  /** Path of a `QADataset` as JSON. */
  readonly dataset: string;
  readonly options: TrainingOptions;
  /** Where the tuned folder is to stand; replaced if there is one. */
  readonly outputFolder: string;
  /** Resumed from if it holds a whole checkpoint of the same model, dataset and options. */
  readonly checkpointFolder: string;
  /** Default 60. */
  readonly checkpointEverySeconds?: number;
  /** What trains; default `cpu`. The same bytes come out only on the same. */
  readonly device?: DeviceName;
  /** Bytes it may take: layers are recomputed to stay below it, which changes no result; default: four fifths of what is free. */
  readonly memory?: number;
  /** Threads of the runtime; default: all cores. The same bytes come out only at the same number. */
  readonly threads?: number;
}

export interface TrainOutcome {
  /** SHA-256 of the file of trained weights: `model.safetensors`, or that of a query adapter. */
  readonly sha256: string;
  /** One a step. */
  readonly losses: LossPoint[];
  /** Pairs seen, all epochs together. */
  readonly samples: number;
  readonly steps: number;
  /** Wall-clock seconds of the steps, over all attempts, without loading and writing. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly finalLoss: number;
  /** The step whose weights were kept, where questions were held out. */
  readonly bestStep?: number;
  /** See `TrainResult`. */
  readonly exportDrift: number;
}

/** To be raised when the same job would train to other weights: of steps and checkpoints of another version nothing is used. */
export const TRAINING_VERSION = 3;

/** Hash of everything the trained weights are a function of, the number of threads aside. */
export async function jobKey(
  { modelFolder, dataset, options, device = 'cpu' }: TrainJob,
  { encoder, weightsFile, maxTokens, pooling, lowerCase, prompts }: ModelFolder,
) {
  const modules = (encoder.projections ?? []).flatMap(({ name }) =>
    ['config.json', 'model.safetensors'].map((file) => join(modelFolder, name, file)),
  );
  const files = [
    dataset,
    weightsFile,
    ...modules,
    ...['config.json', 'tokenizer.json'].map((f) => join(modelFolder, f)),
  ];
  const hashes = await Promise.all(files.map(hashFile));
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([TRAINING_VERSION, hashes, sorted, device, maxTokens, pooling, lowerCase, prompts]))
    .digest('hex');
}
