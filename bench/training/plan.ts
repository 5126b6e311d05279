import type { TrainingOptions } from '../../core/contracts/training.ts';
import { type Pair, readPairs } from '../../core/dataset/pairs.ts';
import { sampleBatches } from '../../core/training/data/batch-sampler.ts';
import type { TextPair } from '../peers/sentence-transformers.ts';

/** The pairs of query and passage of every step of a training, in order. */
export type Plan = readonly (readonly TextPair[])[];

/** The batches that Hone's trainer plans for a dataset, so that both libraries can train on the same ones. */
export async function planTraining(
  dataset: string,
  { epochs, batchSize, seed }: Pick<TrainingOptions, 'epochs' | 'batchSize' | 'seed'>,
): Promise<Plan> {
  const pairs = await readPairs(dataset);
  const texts = pairs.map((pair) => pair.texts);
  const batches = Array.from({ length: epochs }, (_, epoch) => sampleBatches(texts, batchSize, seed, epoch)).flat();
  return batches.map((batch) =>
    batch.map((i) => {
      const { query, passage } = pairs[i] as Pair;
      return [query, passage];
    }),
  );
}
