import type { QADataset } from '../contracts/dataset.ts';
import type { Ranking } from '../contracts/evaluation.ts';
import { isFound } from './pick-examples.ts';
import type { PassageInfo, Slice } from './report-data.ts';

/** Documents shown, those with most queries first. */
const MAX_DOCUMENTS = 12;
/** Fewer queries than this are not cut by length: thirds of them would say nothing. */
const MIN_FOR_LENGTHS = 30;

interface Outcome {
  query: string;
  info: PassageInfo | undefined;
  base: boolean;
  tuned: boolean;
}

/** Base and tuned on parts of the queries; a division that leaves everything in one part is left out. */
export function sliceQueries(
  dataset: QADataset,
  base: readonly Ranking[],
  tuned: readonly Ranking[],
  passageInfo: ReadonlyMap<string, PassageInfo>,
): Slice[] {
  const outcomes = base.map(({ queryId, rank }, i): Outcome => {
    const [positive] = dataset.relevant_docs[queryId] ?? [];
    return {
      query: dataset.queries[queryId] ?? '',
      info: positive === undefined ? undefined : passageInfo.get(positive),
      base: isFound(rank),
      tuned: isFound((tuned[i] as Ranking).rank),
    };
  });
  const slices: Slice[] = [
    { by: 'language', rows: divide(outcomes, ({ info }) => info?.language) },
    { by: 'length', rows: divideByLength(outcomes) },
    { by: 'document', rows: divide(outcomes, ({ info }) => info?.path).slice(0, MAX_DOCUMENTS) },
  ];
  return slices.filter(({ rows }) => rows.length > 1);
}

function divide(outcomes: readonly Outcome[], labelOf: (outcome: Outcome) => string | undefined): Slice['rows'] {
  const parts = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const label = labelOf(outcome);
    if (label === undefined) continue;
    const part = parts.get(label) ?? [];
    part.push(outcome);
    parts.set(label, part);
  }
  return [...parts].map(([label, part]) => row(label, part)).sort((a, b) => b.queries - a.queries);
}

/** Thirds by length, queries of one length never in two of them. */
function divideByLength(outcomes: readonly Outcome[]): Slice['rows'] {
  if (outcomes.length < MIN_FOR_LENGTHS) return [];
  const length = ({ query }: Outcome) => [...query].length;
  const lengths = outcomes.map(length).sort((a, b) => a - b);
  const upTo = (share: number) => lengths[Math.ceil(share * lengths.length) - 1] as number;
  const bounds = [0, upTo(1 / 3), upTo(2 / 3), upTo(1)];
  return bounds.slice(1).flatMap((upper, i) => {
    const part = outcomes.filter((outcome) => length(outcome) > (bounds[i] as number) && length(outcome) <= upper);
    if (part.length === 0) return [];
    const shortest = Math.min(...part.map(length));
    return [row(`${shortest}–${upper}`, part)];
  });
}

function row(label: string, part: readonly Outcome[]): Slice['rows'][number] {
  const share = (found: (outcome: Outcome) => boolean) => part.filter(found).length / part.length;
  return { label, queries: part.length, base: share(({ base }) => base), tuned: share(({ tuned }) => tuned) };
}
