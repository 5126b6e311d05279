import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';
import { pickExamples } from './pick-examples.ts';
import type { JudgementDetail, PassageInfo } from './report-data.ts';
import { sliceQueries } from './slices.ts';

const DEEPEST = 10;

/** One system's name in tables and its rankings of the dataset's queries, in the dataset's order. */
export interface RankedSystem {
  system: string;
  rankings: readonly Ranking[];
}

/** Works out what a evaluation's part of the report shows. @param passageInfo by passage id, where it is known. */
export function evaluationDetails(
  dataset: QADataset,
  base: RankedSystem,
  tuned: RankedSystem,
  others: readonly RankedSystem[],
  passageInfo: ReadonlyMap<string, PassageInfo> = new Map(),
): JudgementDetail {
  return {
    hitRates: [base, tuned, ...others].map(({ system, rankings }) => ({ system, rates: hitRates(rankings) })),
    slices: sliceQueries(dataset, base.rankings, tuned.rankings, passageInfo),
    examples: pickExamples(dataset, base.rankings, tuned.rankings, passageInfo),
  };
}

function hitRates(rankings: readonly Ranking[]): number[] {
  return Array.from(
    { length: DEEPEST },
    (_, i) => rankings.filter(({ rank }) => rank >= 1 && rank <= i + 1).length / rankings.length,
  );
}
