import { fileURLToPath } from 'node:url';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { runJson } from '../run-json.ts';
import { PYTHON } from './python.ts';

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Query and passage. */
export type TextPair = readonly [string, string];

/** `bf16`: torch's autocast. `tf32`: matrix products of CUDA with ten bits, which torch does not use by default. */
export type Precision = 'fp32' | 'tf32' | 'bf16';
export type TorchDevice = 'cpu' | 'cuda' | 'mps';

/** The job that train.py reads. */
export interface PeerJob
  extends Pick<
    TrainingOptions,
    'epochs' | 'batchSize' | 'learningRate' | 'warmupRatio' | 'weightDecay' | 'maxGradientNorm' | 'scale' | 'seed'
  > {
  /** A sentence-transformers folder. */
  readonly model: string;
  /** To train on, in the batches of the library's own sampler. Either this or `batches` is given. */
  readonly pairs?: readonly TextPair[];
  /** To train on as they are. */
  readonly batches?: readonly (readonly TextPair[])[];
  /** With `pairs`: use the sampler that keeps a text from occurring twice in a batch. Default false. */
  readonly noDuplicates?: boolean;
  /** Tokens. */
  readonly maxLength: number;
  readonly precision: Precision;
  /** Torch's name of it; default: `cpu`. */
  readonly device?: TorchDevice;
  /** Whether to train with dropout, at the rates of config.json. */
  readonly dropout: boolean;
  readonly threads: number;
  /** Steps; default: all. */
  readonly stopAfter?: number | undefined;
  /** Folder for the tuned model; default: it is not kept. */
  readonly saveTo?: string;
}

/** Figures of one training in either library. */
export interface TrainingFigures {
  /** Of each step: tokenising, packing or padding, forward, backward and optimizer. */
  readonly seconds: readonly number[];
  /** Of each step. */
  readonly losses: readonly number[];
  /** The highest resident memory of the process up to the last step. */
  readonly peakBytes: number;
  /** The most memory of a GPU that tensors took up to the last step, where the library counts it. */
  readonly devicePeakBytes?: number;
  readonly versions: Readonly<Record<string, string>>;
}

export function trainPeer(job: PeerJob): Promise<TrainingFigures> {
  return runJson(PYTHON, [script('train.py')], job, job.threads);
}

/** nDCG@10 by sentence-transformers' InformationRetrievalEvaluator. */
export async function evaluatePeer(
  job: { readonly model: string; readonly dataset: string; readonly maxLength: number },
  threads: number,
): Promise<number> {
  const figures = await runJson<{ 'ndcg@10': number }>(PYTHON, [script('evaluate.py')], job, threads);
  return figures['ndcg@10'];
}

export interface EmbeddingJob {
  readonly model: string;
  readonly texts: readonly string[];
  /** Texts that are embedded before the measurement. */
  readonly warmUp: number;
  /** Tokens. */
  readonly maxLength: number;
  readonly precision: Precision;
  readonly device: TorchDevice;
  readonly threads: number;
}

export function embedPeer(job: EmbeddingJob): Promise<{ readonly seconds: number; readonly firstSeconds: number }> {
  return runJson(PYTHON, [script('embed.py')], job, job.threads);
}
