import type { QADataset } from '../../contracts/dataset.ts';
import type { Ranking } from '../../contracts/evaluation.ts';
import type { Example, ExamplePassage, Examples, PassageInfo } from '../report-data.ts';

/** A passage counts as found if it is among the first five, as for the deciding metric hit@5. */
const EXAMPLE_DEPTH = 5;

export function isFound(rank: number): boolean {
  return rank >= 1 && rank <= EXAMPLE_DEPTH;
}

/**
 * Picks queries whose passage is found by one system and not by the other. The largest changes of the reciprocal rank
 * come first; ties keep the order of the dataset.
 * @param limit maximum number of examples of each kind; the counts include all.
 */
export function pickExamples(
  dataset: QADataset,
  base: readonly Ranking[],
  tuned: readonly Ranking[],
  passageInfo: ReadonlyMap<string, PassageInfo> = new Map(),
  limit = 5,
): Examples {
  const passageOf = (id: string): ExamplePassage => ({ id, text: dataset.corpus[id] ?? '', info: passageInfo.get(id) });

  const compared = base.map((before, i) => ({ before, after: tuned[i] as Ranking }));
  const changed = compared.filter(({ before, after }) => isFound(before.rank) !== isFound(after.rank));
  const sorted = changed.toSorted(
    (a, b) => rankChange(b.before.rank, b.after.rank) - rankChange(a.before.rank, a.after.rank),
  );

  const examples = sorted.map(({ before, after }): Example => {
    const [better, worse] = isFound(after.rank) ? [after, before] : [before, after];
    const first = worse.top[0];
    return {
      queryId: before.queryId,
      query: dataset.queries[before.queryId] ?? '',
      passage: passageOf(better.top[better.rank - 1] as string),
      baseRank: before.rank,
      tunedRank: after.rank,
      instead: first === undefined ? undefined : passageOf(first),
    };
  });
  const foundNow = examples.filter(({ tunedRank }) => isFound(tunedRank));
  const lostNow = examples.filter(({ baseRank }) => isFound(baseRank));
  return {
    foundNow: foundNow.slice(0, limit),
    foundNowCount: foundNow.length,
    lostNow: lostNow.slice(0, limit),
    lostNowCount: lostNow.length,
  };
}

/** Difference of the reciprocal ranks; rank 0 is not found. */
function rankChange(a: number, b: number): number {
  const reciprocal = (rank: number) => (rank === 0 ? 0 : 1 / rank);
  return Math.abs(reciprocal(a) - reciprocal(b));
}
