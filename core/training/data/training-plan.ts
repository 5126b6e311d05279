import { Fault } from '../../contracts/fault.ts';
import type { TrainingOptions } from '../../contracts/training.ts';
import type { Pair } from '../../dataset/pairs.ts';
import { epochBatches } from './batches.ts';
import { type RankingBatch, rankingBatch } from './ranking-batch.ts';

/** Pairs, by index, that are compared with each other. */
export interface PlannedBatch {
  readonly pairs: readonly number[];
  readonly epoch: number;
}

/** The batches whose gradients make one step of the optimizer. */
export type PlannedStep = readonly PlannedBatch[];

/**
 * All steps of a training; a function of the options. A step's batches are of one epoch, so that an epoch may end with a smaller one.
 * @param dataset What the pairs were read from, for messages.
 * @throws Fault `input` if no two pairs can be compared.
 */
export function planSteps(
  pairs: readonly Pair[],
  { epochs, batchSize, accumulate, seed }: Pick<TrainingOptions, 'epochs' | 'batchSize' | 'accumulate' | 'seed'>,
  dataset: string,
): PlannedStep[] {
  const texts = pairs.map((pair) => pair.texts);
  const plan: PlannedStep[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const batches = epochBatches(texts, batchSize, seed, epoch).map((pairs) => ({ pairs, epoch }));
    for (let at = 0; at < batches.length; at += accumulate) plan.push(batches.slice(at, at + accumulate));
  }
  if (plan.length > 0) return plan;
  throw new Fault(
    'input',
    `All questions of ${dataset} are answered by the same passage, so there is nothing to tell apart.`,
    'Add questions about other passages.',
  );
}

/** Pairs that a step sees. */
export function pairsIn(step: PlannedStep): number[] {
  return step.flatMap(({ pairs }) => pairs);
}

export function batchOf(
  { pairs: planned, epoch }: PlannedBatch,
  pairs: readonly Pair[],
  { negativesPerQuery }: Pick<TrainingOptions, 'negativesPerQuery'>,
): RankingBatch {
  return rankingBatch(
    planned.map((i) => pairs[i]),
    negativesPerQuery,
    epoch,
  );
}
