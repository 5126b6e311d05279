import type { MiningOptions, MiningReport } from '../contracts/mining.ts';
import { dot, scoreBlocks } from './score-blocks.ts';
import { type Hit, TopK } from './top-k.ts';

export interface MiningInput {
  /** L2-normalised rows of the queries, and of the passages. */
  readonly queryRows: readonly Float32Array[];
  readonly passageRows: readonly Float32Array[];
  /** For each query the passages that are known to answer it, at least one. */
  readonly known: readonly ReadonlySet<number>[];
  readonly options: MiningOptions;
  /** Numbers in [0, 1) for the draw. */
  readonly random: () => number;
}

/**
 * The passages that a model ranks high for a query though they do not answer it. What scores nearly as high as the right passage is left out, since
 * it often answers too and nobody has said so (Moreira et al. 2024, NV-Retriever); where several passages answer, the one that scores least is the
 * measure, as in sentence-transformers' mine_hard_negatives.
 * @returns For each query its hard negatives, the hardest first.
 */
export async function mineHardNegatives({
  queryRows,
  passageRows,
  known,
  options: { perQuery, rankWindow, margin, share },
  random,
}: MiningInput): Promise<{ negatives: Hit[][]; report: MiningReport }> {
  const [first, last] = rankWindow;
  const tops = queryRows.map(() => new TopK(last));
  await scoreBlocks(queryRows, passageRows, (q, row, score) => {
    if (!known[q]?.has(row)) tops[q]?.offer(row, score);
  });

  const report = { queries: queryRows.length, without: 0, candidates: 0, nearPositive: 0, drawnOut: 0, negatives: 0 };
  let [positives, right, wrong] = [0, 0, 0];
  const negatives = tops.map((top, q) => {
    const scores = Array.from(known[q] ?? [], (row) =>
      dot(queryRows[q] as Float32Array, passageRows[row] as Float32Array),
    );
    positives += scores.length;
    for (const score of scores) right += score;
    const ceiling = below(Math.min(...scores), margin);
    const window = top.sorted().slice(first - 1);
    const apart = window.filter(({ score }) => score <= ceiling);
    const drawn = apart.filter(() => share === 1 || random() < share);
    const kept = drawn.slice(0, perQuery);
    report.candidates += window.length;
    report.nearPositive += window.length - apart.length;
    report.drawnOut += apart.length - drawn.length;
    report.negatives += kept.length;
    if (kept.length === 0) report.without++;
    for (const { score } of kept) wrong += score;
    return kept;
  });
  const mean = (sum: number, count: number) => (count === 0 ? 0 : sum / count);
  return {
    negatives,
    report: { ...report, positiveScore: mean(right, positives), negativeScore: mean(wrong, report.negatives) },
  };
}

/** The most that a wrong passage may score. */
function below(positive: number, margin: MiningOptions['margin']): number {
  if (!margin) return Number.POSITIVE_INFINITY;
  return positive - ('absolute' in margin ? margin.absolute : Math.abs(positive) * margin.relative);
}
