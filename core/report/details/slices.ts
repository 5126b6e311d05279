import type { QADataset } from '../../contracts/dataset.ts';
import type { Ranking } from '../../contracts/evaluation.ts';
import type { PassageInfo, Slice } from '../report-data.ts';
import { isFound } from './pick-examples.ts';

/** Maximum number of documents, those with the most queries first. */
const MAX_DOCUMENTS = 12;
/** Fewer queries than this are not grouped by length: a third of them would say nothing. */
const MIN_QUERIES_FOR_LENGTHS = 30;

interface QueryResult {
  query: string;
  info: PassageInfo | undefined;
  /** Whether the system found the passage. */
  base: boolean;
  tuned: boolean;
}

/** Hit rates of base and tuned model on groups of the queries. A grouping that has only one group is left out. */
export function sliceQueries(
  dataset: QADataset,
  base: readonly Ranking[],
  tuned: readonly Ranking[],
  passageInfo: ReadonlyMap<string, PassageInfo>,
): Slice[] {
  const results = base.map(({ queryId, rank }, i): QueryResult => {
    const [positive] = dataset.relevant_docs[queryId] ?? [];
    return {
      query: dataset.queries[queryId] ?? '',
      info: positive === undefined ? undefined : passageInfo.get(positive),
      base: isFound(rank),
      tuned: isFound((tuned[i] as Ranking).rank),
    };
  });
  const slices: Slice[] = [
    { by: 'language', groups: groupBy(results, ({ info }) => info?.language) },
    { by: 'length', groups: groupByLength(results) },
    { by: 'document', groups: groupBy(results, ({ info }) => info?.path).slice(0, MAX_DOCUMENTS) },
  ];
  return slices.filter(({ groups }) => groups.length > 1);
}

function groupBy(
  results: readonly QueryResult[],
  labelOf: (result: QueryResult) => string | undefined,
): Slice['groups'] {
  const groups = new Map<string, QueryResult[]>();
  for (const result of results) {
    const label = labelOf(result);
    if (label === undefined) continue;
    const group = groups.get(label) ?? [];
    group.push(result);
    groups.set(label, group);
  }
  return [...groups].map(([label, group]) => hitRates(label, group)).sort((a, b) => b.queries - a.queries);
}

/** Thirds by length; queries of the same length are in the same third. */
function groupByLength(results: readonly QueryResult[]): Slice['groups'] {
  if (results.length < MIN_QUERIES_FOR_LENGTHS) return [];
  const length = ({ query }: QueryResult) => [...query].length;
  const lengths = results.map(length).sort((a, b) => a - b);
  const upTo = (share: number) => lengths[Math.ceil(share * lengths.length) - 1] as number;
  const bounds = [0, upTo(1 / 3), upTo(2 / 3), upTo(1)];
  return bounds.slice(1).flatMap((upper, i) => {
    const group = results.filter((result) => length(result) > (bounds[i] as number) && length(result) <= upper);
    if (group.length === 0) return [];
    const shortest = Math.min(...group.map(length));
    return [hitRates(`${shortest}–${upper}`, group)];
  });
}

function hitRates(label: string, group: readonly QueryResult[]): Slice['groups'][number] {
  const share = (found: (result: QueryResult) => boolean) => group.filter(found).length / group.length;
  return { label, queries: group.length, base: share(({ base }) => base), tuned: share(({ tuned }) => tuned) };
}
