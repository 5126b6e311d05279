import type { QADataset } from '../../contracts/dataset.ts';
import type { Ranking } from '../../contracts/evaluation.ts';
import type { EvaluationDetails, PassageInfo } from '../report-data.ts';
import { pickExamples } from './pick-examples.ts';
import { sliceQueries } from './slices.ts';

const MAX_DEPTH = 10;

/** A system's name in tables, and its rankings in the order of the dataset's queries. */
export interface RankedSystem {
  system: string;
  rankings: readonly Ranking[];
}

/**
 * Computes what the report shows of one dataset's evaluation besides the metrics.
 * @param passageInfo by passage id; absent for passages of an imported dataset.
 */
export function evaluationDetails(
  dataset: QADataset,
  base: RankedSystem,
  tuned: RankedSystem,
  others: readonly RankedSystem[],
  passageInfo: ReadonlyMap<string, PassageInfo> = new Map(),
): EvaluationDetails {
  return {
    hitRates: [base, tuned, ...others].map(({ system, rankings }) => ({ system, rates: hitRates(rankings) })),
    slices: sliceQueries(dataset, base.rankings, tuned.rankings, passageInfo),
    examples: pickExamples(dataset, base.rankings, tuned.rankings, passageInfo),
  };
}

/** Share of queries whose first relevant passage is among the first k, k = 1 to `MAX_DEPTH`. */
function hitRates(rankings: readonly Ranking[]): number[] {
  return Array.from(
    { length: MAX_DEPTH },
    (_, i) => rankings.filter(({ rank }) => rank >= 1 && rank <= i + 1).length / rankings.length,
  );
}
