import type { TrainingOptions } from '../../core/contracts/training.ts';
import { readPairs } from '../../core/dataset/pairs.ts';
import { sampleBatches } from '../../core/training/data/batch-sampler.ts';
import type { TextPair } from '../peers/sentence-transformers.ts';

/** The steps of a training, each its pairs of query and passage, in order. */
export type Plan = readonly (readonly TextPair[])[];

/** The trainer's own plan for a dataset, so that the other side can be given the same batches. */
export async function planTraining(
  dataset: string,
  { epochs, batchSize, seed }: Pick<TrainingOptions, 'epochs' | 'batchSize' | 'seed'>,
): Promise<Plan> {
  const pairs = await readPairs(dataset);
  const texts = pairs.map((pair) => pair.texts);
  const batches = Array.from({ length: epochs }, (_, epoch) => sampleBatches(texts, batchSize, seed, epoch)).flat();
  return batches.map((batch) => batch.map((i) => [pairs[i].query, pairs[i].passage]));
}
