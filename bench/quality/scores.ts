import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { pairsOf } from '../../core/dataset/pairs.ts';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { dataPath } from '../datasets.ts';
import { evaluatePeer, type TextPair, trainPeer } from '../peers/sentence-transformers.ts';
import { score } from '../score.ts';
import { planTraining } from '../training/plan.ts';
import { trainHone, withDropout } from '../training/train-hone.ts';

export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  /** Tokens. */
  readonly maxLength: number;
  readonly threads: number;
  /** Whether sentence-transformers keeps equal texts out of a batch, which Hone always does; its default is false. */
  readonly noDuplicates: boolean;
  /**
   * Whether both libraries train with the model's own dropout rates, which is the default of both, or without dropout.
   */
  readonly dropout: boolean;
}

/** A model to be tuned on a training dataset and evaluated on a validation dataset. */
export interface Task {
  /** Folder of the model. */
  readonly model: string;
  /** Paths of the datasets. */
  readonly train: string;
  readonly validation: string;
  /** The content of `validation`. */
  readonly validationSet: QADataset;
}

/** nDCG@10 on the validation dataset, 0 to 1. */
export interface Scores {
  readonly hone: number;
  readonly peer: number;
}

/** @throws Fault `input` if a dataset does not exist. */
export async function openTask(model: string, dataset: string): Promise<Task> {
  const [train, validation] = [await dataPath(`${dataset}.train.json`), await dataPath(`${dataset}.val.json`)];
  const validationSet = parseDataset(await readFile(validation, 'utf8'), validation);
  return { model, train, validation, validationSet };
}

/** Largest accepted difference of the two evaluations: rounding may swap two passages with nearly equal scores. */
const TOLERANCE = 0.002;

/**
 * Evaluates the untuned model with Hone, whose evaluation is then used for the tuned models of both libraries.
 * @throws Fault `quality` if the evaluation by sentence-transformers does not agree.
 */
export async function scoreBase({ model, validation, validationSet }: Task, settings: Settings): Promise<number> {
  const { maxLength, threads } = settings;
  const hone = await score(model, validationSet, settings);
  const peer = await evaluatePeer({ model, dataset: validation, maxLength }, threads);
  if (Math.abs(hone - peer) <= TOLERANCE) return hone;
  throw new Fault(
    'quality',
    `The base model has nDCG@10 ${hone} on ${validation} in Hone's evaluation, but ${peer} in that of sentence-transformers.`,
    'Find out why before you compare tuned models.',
  );
}

/** Tunes the model with both libraries, with one seed. */
export async function scoreTuned(task: Task, seed: number, settings: Settings): Promise<Scores> {
  const { epochs, batchSize, maxLength, threads, noDuplicates, dropout } = settings;
  const { model, train: dataset, validationSet } = task;
  const options = withDropout({ epochs, batchSize, maxLength, seed }, dropout);
  const [plan, pairs] = await Promise.all([planTraining(dataset, options), trainingPairs(task)]);
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  const [honeFolder, peerFolder] = [join(folder, 'hone'), join(folder, 'peer')];
  try {
    await trainHone({ model, dataset, plan, options, threads, saveTo: honeFolder });
    const peer = { precision: 'fp32', dropout, noDuplicates, pairs, saveTo: peerFolder } as const;
    await trainPeer({ ...options, ...peer, model, maxLength, threads });
    return {
      hone: await score(honeFolder, validationSet, settings),
      peer: await score(peerFolder, validationSet, settings),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every training pair once, in the order of the dataset. */
async function trainingPairs({ train }: Task): Promise<TextPair[]> {
  const pairs = pairsOf(parseDataset(await readFile(train, 'utf8'), train));
  return pairs.map(({ query, passage }) => [query, passage]);
}
