import type { TextEncoder } from '../../contracts/model.ts';
import type { ScaleCalibration } from '../../contracts/recipe.ts';
import type { TrainingOptions } from '../../contracts/training.ts';
import type { Pair } from '../../dataset/pairs.ts';
import { dot } from '../../primitives/dot.ts';
import { explainedAt, type Margins, mostLikelyScale } from '../../primitives/most-likely-scale.ts';
import { seeded, shuffled } from '../../primitives/random.ts';
import { embedCollection } from '../../retrieval/embed.ts';
import { type RankingBatch, rankingBatch } from '../data/ranking-batch.ts';

type Options = Pick<
  TrainingOptions,
  'batchSize' | 'negativesPerQuery' | 'symmetric' | 'falseNegativeMargin' | 'seed'
> & {
  /** The scale that the model's authors trained it with, if that is known. */
  readonly published?: number | undefined;
};

/**
 * The range of published scales: sentence-transformers' 20, for a temperature of 0.05, to E5's 100, for 0.01. A softer
 * loss tears a space apart that was trained with a sharper one; a sharper one learns from few negatives.
 */
const [LOWEST, HIGHEST] = [20, 100];

/** Embedding a text takes a third of its time in a training step, so these take four steps' time. */
const SAMPLED_BATCHES = 12;
/** Fewer pairs, of small batches, would leave the scale to chance; more, of large ones, add nothing to see. */
const [MIN_PAIRS, MAX_PAIRS] = [48, 480];

/**
 * Twice the difference of log-likelihoods below which a sample does not tell a scale from the most likely one: 95 % of
 * the chi-squared distribution with one degree of freedom (Wilks 1938).
 */
const TOLD_APART = 3.84;

/**
 * Finds the scale of the ranking loss at which the base model's own cosines explain the right passages of a sample of
 * the training pairs best, or the published one where the sample cannot tell them apart: easy pairs are nearly all
 * right, whatever the scale. The pairs are compared as one large batch: in batches of ten, a good model has so few
 * wrong ones that they leave the scale to chance, though its mean is the same. A function of the model, the pairs and
 * the options.
 * @param encoder The base model.
 * @param onProgress texts embedded so far, of how many.
 * @throws Fault `quality` if the model returns vectors that are not unit vectors of the encoder's dimension.
 */
export async function calibrateScale(
  encoder: TextEncoder,
  pairs: readonly Pair[],
  options: Options,
  onProgress?: (done: number, total: number) => void,
): Promise<Omit<ScaleCalibration, 'published'>> {
  const { batchSize, negativesPerQuery, seed, published } = options;
  const count = Math.min(MAX_PAIRS, Math.max(MIN_PAIRS, SAMPLED_BATCHES * batchSize));
  const sample = shuffled(pairs.length, seeded(seed, 0x5ca1e))
    .slice(0, count)
    .map((i) => pairs[i] as Pair);
  // Always the first hard negatives of a query.
  const batch = rankingBatch(sample, negativesPerQuery, 0, { shared: true });
  const softmaxes = softmaxesOf(batch, await cosines(encoder, batch, onProgress), options);
  const { scale: mostLikely, loss } = mostLikelyScale(softmaxes);
  const isAsLikely = (scale: number) => 2 * sample.length * (explainedAt(softmaxes, scale).loss - loss) < TOLD_APART;
  const fitting = published !== undefined && isAsLikely(published) ? published : mostLikely;
  const scale = Math.round(Math.min(HIGHEST, Math.max(LOWEST, fitting)));
  return { scale, mostLikely: Math.round(mostLikely), pairs: sample.length };
}

/** The cosine of each query with each document. */
async function cosines(
  encoder: TextEncoder,
  { queries, documents }: RankingBatch,
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<number[][]> {
  const { queryEmbeddings, passageEmbeddings } = await embedCollection(encoder, queries, documents, onProgress);
  return queryEmbeddings.map((query) => passageEmbeddings.map((passage) => dot(query, passage)));
}

/** The softmaxes of `rankingLoss` over a batch whose queries may share passages, at the full width. */
function softmaxesOf(
  { documents, knownPositives, positives = [] }: RankingBatch,
  cosines: readonly (readonly number[])[],
  { symmetric, falseNegativeMargin = Number.POSITIVE_INFINITY }: Options,
): Margins[] {
  const right = cosines.map((row, query) => row[positives[query] as number] as number);
  const known = new Set(knownPositives.map(([query, document]) => query * documents.length + document));
  const isNegative = (query: number, document: number) =>
    document !== positives[query] &&
    !known.has(query * documents.length + document) &&
    (cosines[query]?.[document] as number) <= (right[query] as number) + falseNegativeMargin;
  const byQuery = cosines.map((row, query) => [
    0,
    ...row.filter((_, document) => isNegative(query, document)).map((score) => score - (right[query] as number)),
  ]);
  if (!symmetric) return byQuery;
  const byPassage = right.map((own, query) => {
    const passage = positives[query] as number;
    const others = cosines.filter((_, other) => isNegative(other, passage));
    return [0, ...others.map((row) => (row[passage] as number) - own)];
  });
  return [...byQuery, ...byPassage];
}
