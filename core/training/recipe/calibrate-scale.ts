import type { TextEncoder } from '../../contracts/model.ts';
import type { ScaleCalibration } from '../../contracts/recipe.ts';
import type { TrainingOptions } from '../../contracts/training.ts';
import type { Pair } from '../../dataset/pairs.ts';
import { dot } from '../../primitives/dot.ts';
import { type Margins, mostLikelyScale } from '../../primitives/most-likely-scale.ts';
import { seeded, shuffled } from '../../primitives/random.ts';
import { embedCollection } from '../../retrieval/embed.ts';
import { sampleBatches } from '../data/batch-sampler.ts';
import { type RankingBatch, rankingBatch } from '../data/ranking-batch.ts';

type Options = Pick<TrainingOptions, 'batchSize' | 'negativesPerQuery' | 'symmetric' | 'falseNegativeMargin' | 'seed'>;

/**
 * The range of published scales: sentence-transformers' 20, for a temperature of 0.05, to E5's 100, for 0.01. A softer
 * loss tears a space apart that was trained with a sharper one; a sharper one learns from few negatives.
 */
const [LOWEST, HIGHEST] = [20, 100];

/** Embedding a text takes a third of its time in a training step, so these take two steps' time. */
const SAMPLED_BATCHES = 6;
/** Fewer pairs, of small batches, would leave the scale to chance. */
const SAMPLED_PAIRS = 48;
/** The sampled pairs are compared in so many arrangements, which costs next to nothing. */
const ARRANGEMENTS = 10;

/**
 * Finds the scale of the ranking loss at which the base model's own cosines explain the right passages of a sample of
 * the training pairs best, in batches like those of the training. A function of the model, the pairs and the options.
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
  const { batchSize, seed } = options;
  const count = Math.max(SAMPLED_PAIRS, SAMPLED_BATCHES * batchSize);
  const sample = shuffled(pairs.length, seeded(seed, 0x5ca1e))
    .slice(0, count)
    .map((i) => pairs[i] as Pair);
  const batches = batchesOf(sample, options);
  const cosine = await cosines(encoder, batches, onProgress);
  const softmaxes = batches.flatMap((batch) => softmaxesOf(batch, cosine, options));
  const { scale: mostLikely } = mostLikelyScale(softmaxes);
  const scale = Math.round(Math.min(HIGHEST, Math.max(LOWEST, mostLikely)));
  return { scale, mostLikely: Math.round(mostLikely), pairs: sample.length };
}

function batchesOf(pairs: readonly Pair[], { batchSize, negativesPerQuery, seed }: Options): RankingBatch[] {
  const texts = pairs.map((pair) => pair.texts);
  return Array.from({ length: ARRANGEMENTS }, (_, arrangement) =>
    sampleBatches(texts, batchSize, seed, arrangement).map((batch) =>
      // Always the first hard negatives of a query, so that no further text is embedded.
      rankingBatch(
        batch.map((i) => pairs[i] as Pair),
        negativesPerQuery,
        0,
      ),
    ),
  ).flat();
}

async function cosines(
  encoder: TextEncoder,
  batches: readonly RankingBatch[],
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<(query: string, document: string) => number> {
  const queries = [...new Set(batches.flatMap((batch) => batch.queries))];
  const documents = [...new Set(batches.flatMap((batch) => batch.documents))];
  const { queryEmbeddings, passageEmbeddings } = await embedCollection(encoder, queries, documents, onProgress);
  const byText = (texts: readonly string[], embeddings: readonly Float32Array[]) =>
    new Map(texts.map((text, i) => [text, embeddings[i] as Float32Array]));
  const [ofQuery, ofDocument] = [byText(queries, queryEmbeddings), byText(documents, passageEmbeddings)];
  return (query, document) => dot(ofQuery.get(query) as Float32Array, ofDocument.get(document) as Float32Array);
}

/** The softmaxes of `rankingLoss` over a batch, at the full width. */
function softmaxesOf(
  { queries, documents, knownPositives }: RankingBatch,
  cosine: (query: string, document: string) => number,
  { symmetric, falseNegativeMargin = Number.POSITIVE_INFINITY }: Options,
): Margins[] {
  const rows = queries.map((query) => documents.map((document) => cosine(query, document)));
  const right = rows.map((row, i) => row[i] as number);
  const known = new Set(knownPositives.map(([query, document]) => `${query},${document}`));
  const counts = (query: number, document: number) =>
    query === document ||
    (!known.has(`${query},${document}`) &&
      (rows[query]?.[document] as number) <= (right[query] as number) + falseNegativeMargin);
  const byQuery = rows.map((row, query) =>
    row.filter((_, document) => counts(query, document)).map((score) => score - (right[query] as number)),
  );
  if (!symmetric) return byQuery;
  const byPassage = right.map((own, passage) =>
    rows.filter((_, query) => counts(query, passage)).map((row) => (row[passage] as number) - own),
  );
  return [...byQuery, ...byPassage];
}
