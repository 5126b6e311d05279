import { Fault } from '../../contracts/fault.ts';
import type { TrainingOptions } from '../../contracts/training.ts';
import type { Pair } from '../../dataset/pairs.ts';
import { sampleBatches, sampleSharedBatches } from './batch-sampler.ts';
import { type RankingBatch, rankingBatch } from './ranking-batch.ts';

/** Pairs that are compared with each other, by index. */
export interface PlannedBatch {
  readonly pairs: readonly number[];
  readonly epoch: number;
}

/** The batches whose gradients are summed for one step of the optimizer. */
export type PlannedStep = readonly PlannedBatch[];

type PlanOptions = Pick<TrainingOptions, 'epochs' | 'batchSize' | 'accumulate' | 'seed' | 'sharedPassages'>;

/**
 * All steps of a training; a function of the options. The batches of a step are of one epoch, so that the last step of
 * an epoch may have fewer than `accumulate`.
 * @param dataset What the pairs were read from, for messages.
 * @throws Fault `input` if no two pairs can be compared.
 */
export function planSteps(
  pairs: readonly Pair[],
  { epochs, batchSize, accumulate, seed, sharedPassages }: PlanOptions,
  dataset: string,
): PlannedStep[] {
  const texts = pairs.map((pair) => pair.texts);
  const plan: PlannedStep[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const sampled = sharedPassages
      ? sampleSharedBatches(pairs, batchSize, seed, epoch)
      : sampleBatches(texts, batchSize, seed, epoch);
    const batches = sampled.map((pairs) => ({ pairs, epoch }));
    for (let at = 0; at < batches.length; at += accumulate) plan.push(batches.slice(at, at + accumulate));
  }
  if (plan.length > 0) return plan;
  throw new Fault(
    'input',
    `All questions of ${dataset} are answered by the same passage, so that no question has a negative.`,
    'Add questions about other passages.',
  );
}

/** The pairs that a step trains on. */
export function pairsOf(step: PlannedStep, pairs: readonly Pair[]): Pair[] {
  return step.flatMap((batch) => batch.pairs.map((i) => pairs[i] as Pair));
}

/** Pairs that the steps train on; a pair counts once in every epoch, and again where it is repeated. */
export function countSamples(steps: readonly PlannedStep[]): number {
  return steps.flat().reduce((count, { pairs }) => count + pairs.length, 0);
}

/** What a plan does with pairs that cannot each be trained on once in an epoch. */
export interface UnevenPairs {
  /** Pairs that share a text with every other pair, and so are not trained on. */
  readonly leftOut: number;
  /** Pairs that are trained on again in the same epoch, as what others are compared with; all epochs together. */
  readonly repeated: number;
}

/** @param pairs How many there are. */
export function countUneven(plan: readonly PlannedStep[], pairs: number): UnevenPairs {
  const batches = plan.flat();
  const used = new Set(batches.flatMap((batch) => batch.pairs));
  const epochs = (batches.at(-1)?.epoch ?? 0) + 1;
  return { leftOut: pairs - used.size, repeated: countSamples(plan) - epochs * used.size };
}

/** The texts of a planned batch. */
export function toRankingBatch(
  batch: PlannedBatch,
  pairs: readonly Pair[],
  { negativesPerQuery, sharedPassages }: Pick<TrainingOptions, 'negativesPerQuery' | 'sharedPassages'>,
): RankingBatch {
  return rankingBatch(pairsOf([batch], pairs), negativesPerQuery, batch.epoch, { shared: sharedPassages });
}
