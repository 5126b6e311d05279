import type { QADataset } from '../contracts/dataset.ts';
import type { MiningOptions, MiningReport } from '../contracts/mining.ts';
import type { TextEncoder } from '../contracts/model.ts';
import { dot } from '../primitives/dot.ts';
import { embedCollection } from './embed.ts';
import { scoreBlocks } from './score-blocks.ts';
import { type Hit, TopK } from './top-k.ts';

export interface MiningSettings {
  readonly options: MiningOptions;
  /** Random numbers in [0, 1), for `options.share`. */
  readonly random: () => number;
  /** Texts embedded so far, of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Adds hard negatives to a dataset, mined with the given encoder. They follow those that the dataset already has.
 * @throws Fault `quality` if the model returns vectors that are not unit vectors.
 */
export async function addHardNegatives(
  encoder: TextEncoder,
  dataset: QADataset,
  { options, random, onProgress }: MiningSettings,
): Promise<{ dataset: QADataset; report: MiningReport }> {
  // Passages with the same text count as one: if one of them is a positive, so are the others.
  const idOfText = new Map<string, string>();
  for (const id of Object.keys(dataset.corpus).sort()) {
    const text = dataset.corpus[id] as string;
    if (!idOfText.has(text)) idOfText.set(text, id);
  }
  const texts = [...idOfText.keys()];
  const ids = [...idOfText.values()];
  const rowOfText = new Map(texts.map((text, row) => [text, row]));
  const queries = Object.entries(dataset.queries);
  const queryTexts = queries.map(([, text]) => text);
  const embeddings = await embedCollection(encoder, queryTexts, texts, onProgress);
  const knownPositives = queries.map(([id, text]) => {
    const positives = (dataset.relevant_docs[id] ?? []).map((passage) => dataset.corpus[passage] as string);
    // The query itself may also be a passage, which must not be its negative.
    const rows = [...positives, text].map((positive) => rowOfText.get(positive));
    return new Set(rows.filter((row) => row !== undefined));
  });
  const { negatives, report } = await mineHardNegatives({ ...embeddings, knownPositives, options, random });
  const hardNegatives = queries.map(([id], q) => {
    const mined = negatives[q]?.map(({ row }) => ids[row] as string) ?? [];
    return [id, [...new Set([...(dataset.hard_negatives?.[id] ?? []), ...mined])]];
  });
  return { dataset: { ...dataset, hard_negatives: Object.fromEntries(hardNegatives) }, report };
}

export interface MiningInput {
  /** L2-normalised. */
  readonly queryEmbeddings: readonly Float32Array[];
  /** L2-normalised; the position of a passage is its row number. */
  readonly passageEmbeddings: readonly Float32Array[];
  /** For each query the rows of the passages that are known to answer it, at least one. */
  readonly knownPositives: readonly ReadonlySet<number>[];
  readonly options: MiningOptions;
  /** Random numbers in [0, 1), for `options.share`. */
  readonly random: () => number;
}

/**
 * Finds passages that a model ranks high for a query although they do not answer it. A passage that scores nearly as
 * high as the positive is left out, since it is often an unlabelled positive (Moreira et al. 2024, NV-Retriever). For a
 * query with several positives the lowest score among them is used, as in sentence-transformers' mine_hard_negatives.
 * @returns the hard negatives of each query, the hardest first.
 */
export async function mineHardNegatives({
  queryEmbeddings,
  passageEmbeddings,
  knownPositives,
  options: { perQuery, rankWindow, margin, share },
  random,
}: MiningInput): Promise<{ negatives: Hit[][]; report: MiningReport }> {
  const [firstRank, lastRank] = rankWindow;
  const tops = queryEmbeddings.map(() => new TopK(lastRank));
  await scoreBlocks(queryEmbeddings, passageEmbeddings, (q, row, score) => {
    if (!knownPositives[q]?.has(row)) tops[q]?.offer(row, score);
  });

  const report = { queries: tops.length, without: 0, candidates: 0, nearPositive: 0, drawnOut: 0, negatives: 0 };
  let [positiveCount, positiveSum, negativeSum] = [0, 0, 0];
  const negatives = tops.map((top, q) => {
    const positiveScores = Array.from(knownPositives[q] ?? [], (row) =>
      dot(queryEmbeddings[q] as Float32Array, passageEmbeddings[row] as Float32Array),
    );
    positiveCount += positiveScores.length;
    for (const score of positiveScores) positiveSum += score;
    const limit = maxNegativeScore(Math.min(...positiveScores), margin);
    const candidates = top.sorted().slice(firstRank - 1);
    const belowLimit = candidates.filter(({ score }) => score <= limit);
    const drawn = belowLimit.filter(() => share === 1 || random() < share);
    const kept = drawn.slice(0, perQuery);
    report.candidates += candidates.length;
    report.nearPositive += candidates.length - belowLimit.length;
    report.drawnOut += belowLimit.length - drawn.length;
    report.negatives += kept.length;
    if (kept.length === 0) report.without++;
    for (const { score } of kept) negativeSum += score;
    return kept;
  });
  const mean = (sum: number, count: number) => (count === 0 ? 0 : sum / count);
  const positiveScore = mean(positiveSum, positiveCount);
  return { negatives, report: { ...report, positiveScore, negativeScore: mean(negativeSum, report.negatives) } };
}

function maxNegativeScore(positiveScore: number, margin: MiningOptions['margin']): number {
  if (!margin) return Number.POSITIVE_INFINITY;
  return positiveScore - ('absolute' in margin ? margin.absolute : Math.abs(positiveScore) * margin.relative);
}
