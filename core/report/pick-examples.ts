import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';
import type { Example, ExamplePassage, Examples, PassageInfo } from './report-data.ts';

/** How deep a reader of results is taken to look. */
const EXAMPLE_DEPTH = 5;

export function isFound(rank: number): boolean {
  return rank >= 1 && rank <= EXAMPLE_DEPTH;
}

/**
 * The queries that one system answers within `EXAMPLE_DEPTH` passages and the other does not, those first whose
 * reciprocal rank moved most, then as in the dataset.
 * @param limit most examples of each kind; all are counted.
 */
export function pickExamples(
  dataset: QADataset,
  base: readonly Ranking[],
  tuned: readonly Ranking[],
  passageInfo: ReadonlyMap<string, PassageInfo> = new Map(),
  limit = 5,
): Examples {
  const passage = (id: string): ExamplePassage => ({ id, text: dataset.corpus[id] ?? '', info: passageInfo.get(id) });

  const compared = base.map((before, i) => ({ before, after: tuned[i] as Ranking }));
  const changed = compared.filter(({ before, after }) => isFound(before.rank) !== isFound(after.rank));
  const moved = changed.toSorted(
    (a, b) => movement(b.before.rank, b.after.rank) - movement(a.before.rank, a.after.rank),
  );

  const examples = moved.map(({ before, after }): Example => {
    const [better, worse] = isFound(after.rank) ? [after, before] : [before, after];
    const first = worse.top[0];
    return {
      queryId: before.queryId,
      query: dataset.queries[before.queryId] ?? '',
      passage: passage(better.top[better.rank - 1] as string),
      baseRank: before.rank,
      tunedRank: after.rank,
      instead: first === undefined ? undefined : passage(first),
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

function movement(a: number, b: number): number {
  const reciprocal = (rank: number) => (rank === 0 ? 0 : 1 / rank);
  return Math.abs(reciprocal(a) - reciprocal(b));
}
