import { fileURLToPath } from 'node:url';
import type { TrainingOptions } from '../../core/contracts/training.ts';
import { runJson } from '../run-json.ts';
import { PYTHON } from './python.ts';

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Query and passage. */
export type TextPair = readonly [string, string];

/** Read by train.py. */
export interface PeerJob
  extends Pick<
    TrainingOptions,
    'epochs' | 'batchSize' | 'learningRate' | 'warmupRatio' | 'weightDecay' | 'maxGradientNorm' | 'scale' | 'seed'
  > {
  /** A sentence-transformers folder. */
  readonly model: string;
  /** What to train on: pairs for the library's own sampler, or `batches` to be taken as they are. */
  readonly pairs?: readonly TextPair[];
  readonly batches?: readonly (readonly TextPair[])[];
  /** With the library's own sampler: the one that keeps a text from standing twice in a batch. Default false. */
  readonly noDuplicates?: boolean;
  /** Tokens. */
  readonly maxLength: number;
  readonly precision: 'fp32' | 'bf16';
  /** At the rates of config.json; false: none. */
  readonly dropout: boolean;
  readonly threads: number;
  /** Steps; default: all. */
  readonly stopAfter?: number;
  /** Folder for the tuned model; default: it is not kept. */
  readonly saveTo?: string;
}

/** Figures of one training, either side's; lists are one entry a step. */
export interface Trained {
  /** Tokenising, packing or padding, forward, backward and optimizer. */
  readonly seconds: readonly number[];
  readonly losses: readonly number[];
  /** Resident memory of the whole process at its highest, up to the last step. */
  readonly peakBytes: number;
  readonly versions: Readonly<Record<string, string>>;
}

export function trainPeer(job: PeerJob): Promise<Trained> {
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
