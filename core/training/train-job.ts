import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { LossPoint, TrainingOptions } from '../contracts/training.ts';
import type { DeviceName } from '../devices/device-names.ts';
import type { ModelFolder } from '../encoder/files/model-folder.ts';
import { findWeights } from '../encoder/files/weights-file.ts';
import { hashFile } from '../primitives/hash.ts';

export interface TrainJob {
  /** A sentence-transformers folder. */
  readonly modelFolder: string;
  /** Path of a `QADataset` as JSON. */
  readonly dataset: string;
  readonly options: TrainingOptions;
  /** Where the tuned model is saved; an existing folder is replaced. */
  readonly outputFolder: string;
  /** Training resumes from it if it holds an intact checkpoint of the same model, dataset, options and device. */
  readonly checkpointFolder: string;
  /** The training that the checkpoints belong to, where several may do the same job; part of their key. */
  readonly training?: string | undefined;
  /** Default 60. */
  readonly checkpointEverySeconds?: number | undefined;
  /** What trains; default `cpu`. Only the same device gives the same bytes. */
  readonly device?: DeviceName | undefined;
  /**
   * Bytes that training may take. Layers are recomputed to stay below it, which changes no result; default: four fifths
   * of the free memory.
   */
  readonly memory?: number | undefined;
  /** Threads of the runtime; default: all cores. Only the same number gives the same bytes. */
  readonly threads?: number | undefined;
}

export interface TrainOutcome {
  /** SHA-256 of the file of trained weights: `model.safetensors`, or that of a query adapter. */
  readonly sha256: string;
  /** One for each step. */
  readonly losses: LossPoint[];
  /** Pairs that the steps trained on; a pair counts once in every epoch, and again where it is repeated. */
  readonly samples: number;
  /** See `TrainResult`. */
  readonly leftOut: number;
  /** See `TrainResult`. */
  readonly repeated: number;
  readonly steps: number;
  /** Wall-clock seconds of the steps, over all attempts, without loading and writing. */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** Mean over the last ten steps. */
  readonly finalLoss: number;
  /** With early stopping: the step whose weights were saved. */
  readonly bestStep?: number;
  /** See `TrainResult`. */
  readonly exportDrift: number;
}

/**
 * Invariant: raised whenever the same job would train to other weights. Results and checkpoints of another version are
 * then not reused.
 */
export const TRAINING_VERSION = 4;

/**
 * Hash of everything that the trained weights are a function of, except the number of threads; and of the training that
 * checkpoints belong to.
 */
export async function jobKey(
  { modelFolder, dataset, options, device = 'cpu', training }: TrainJob,
  { encoder, weightsFile, maxTokens, pooling, lowerCase, prompts }: ModelFolder,
) {
  const folders = (encoder.projections ?? []).map(({ name }) => join(modelFolder, name));
  const weights = await Promise.all(folders.map((folder) => findWeights(folder, 'Save the model again.')));
  const modules = folders.flatMap((folder, i) => [join(folder, 'config.json'), weights[i] as string]);
  const files = [
    dataset,
    weightsFile,
    ...modules,
    ...['config.json', 'tokenizer.json'].map((file) => join(modelFolder, file)),
  ];
  const hashes = await Promise.all(files.map(hashFile));
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(
      JSON.stringify([TRAINING_VERSION, hashes, sorted, device, maxTokens, pooling, lowerCase, prompts, training]),
    )
    .digest('hex');
}
