import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QADataset } from '../../core/contracts/dataset.ts';
import { Fault } from '../../core/contracts/fault.ts';
import { parseDataset } from '../../core/dataset/parse-dataset.ts';
import { openEncoder } from '../../core/encoder/encoder.ts';
import { evaluateEncoder } from '../../core/retrieval/evaluate.ts';
import { dataPath } from '../datasets.ts';
import { evaluatePeer, trainPeer } from '../peers/sentence-transformers.ts';
import { planTraining } from '../training/plan.ts';
import { trainOurs, withDropout } from '../training/train-ours.ts';

export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  /** Tokens. */
  readonly maxLength: number;
  readonly threads: number;
  /** Whether sentence-transformers is told to keep equal texts out of a batch, as Hone always does; not its default. */
  readonly noDuplicates: boolean;
  /** Whether both sides train with the model's own dropout rates, as both do by default, or with none. */
  readonly dropout: boolean;
}

/** A model to be tuned on one side of a dataset and judged on the other. */
export interface Task {
  readonly model: string;
  readonly train: string;
  readonly validation: string;
  /** Of `validation`. */
  readonly judged: QADataset;
}

/** nDCG@10 on the validation side, 0 to 1. */
export interface Scores {
  readonly hone: number;
  readonly peer: number;
}

/** @throws Fault `input` if the data is not there. */
export async function openTask(model: string, dataset: string): Promise<Task> {
  const [train, validation] = [await dataPath(`${dataset}.train.json`), await dataPath(`${dataset}.val.json`)];
  return { model, train, validation, judged: parseDataset(await readFile(validation, 'utf8'), validation) };
}

/** Agreement asked of the two evaluations: rounding may exchange two passages that are all but tied, and no more. */
const TOLERANCE = 0.002;

/**
 * The untuned model's score, by our evaluation, which judges the tuned models of both sides.
 * @throws Fault `quality` if sentence-transformers' own evaluation says something else.
 */
export async function scoreBase({ model, validation, judged }: Task, settings: Settings): Promise<number> {
  const { maxLength, threads } = settings;
  const ours = await score(model, judged, settings);
  const theirs = await evaluatePeer({ model, dataset: validation, maxLength }, threads);
  if (Math.abs(ours - theirs) <= TOLERANCE) return ours;
  throw new Fault(
    'quality',
    `The base model has nDCG@10 ${ours} on ${validation} by our evaluation, but ${theirs} by sentence-transformers'.`,
    'Find out why before comparing what was tuned.',
  );
}

/** Tunes the model on both sides with one seed. */
export async function scoreTuned(task: Task, seed: number, settings: Settings): Promise<Scores> {
  const { epochs, batchSize, maxLength, threads, noDuplicates, dropout } = settings;
  const { model, train: dataset, judged } = task;
  const options = withDropout({ epochs, batchSize, maxLength, seed }, dropout);
  const [plan, onePass] = await Promise.all([planTraining(dataset, options), inOrder(task)]);
  const folder = await mkdtemp(join(tmpdir(), 'hone-bench-'));
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  try {
    await trainOurs({ model, dataset, plan, options, threads, saveTo: ours });
    const peer = { precision: 'fp32', dropout, noDuplicates, pairs: onePass, saveTo: theirs } as const;
    await trainPeer({ ...options, ...peer, model, maxLength, threads });
    return { hone: await score(ours, judged, settings), peer: await score(theirs, judged, settings) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every training pair once. */
async function inOrder({ train }: Task): Promise<[string, string][]> {
  const { queries, corpus, relevant_docs: relevant } = parseDataset(await readFile(train, 'utf8'), train);
  return Object.entries(queries).map(([id, query]) => [query, corpus[relevant[id]?.[0] as string] as string]);
}

async function score(folder: string, dataset: QADataset, { maxLength, threads }: Settings): Promise<number> {
  const { metrics } = await evaluateEncoder(await openEncoder(folder, { maxLength, threads }), dataset);
  return metrics['ndcg@10']?.value ?? Number.NaN;
}
