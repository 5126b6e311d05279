import type { MeanWithInterval } from '../contracts/evaluation.ts';
import { splitMix32 } from '../primitives/random.ts';
import { normalShareBelow, studentT } from './quantiles.ts';

/** With more resamples the intervals no longer change visibly. */
const RESAMPLES = 5_000;
const SEED = 0x5eed;
/** What lies beyond each end of a 95 % interval. */
const TAIL = 0.025;

export interface BootstrapOptions {
  /** Default 5,000. */
  readonly resamples?: number | undefined;
  /**
   * Of each query, the group that it belongs to. Groups are resampled, with all their queries (the cluster bootstrap:
   * Davison and Hinkley 1997, section 3.8; Field and Welsh 2007). Default: each query is a group of its own.
   */
  readonly groups?: readonly string[] | undefined;
  /** Share of the resampled means beyond each end of the interval; default 0.025, for 95 %. */
  readonly tail?: number | undefined;
}

/**
 * The mean of each column with its percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13).
 *
 * Invariant: all columns are resampled with the same draws, from a fixed seed, so that the same values have the same
 * interval on every machine.
 * @param columns one value per query each; all of the same length.
 * @throws RangeError if there is no query.
 */
export function bootstrapMeans(
  columns: readonly Float64Array[],
  { resamples = RESAMPLES, groups, tail = TAIL }: BootstrapOptions = {},
): MeanWithInterval[] {
  const n = columns[0]?.length ?? 0;
  if (n === 0) throw new RangeError('there is no query to take a mean over');
  const width = columns.length;
  const { rows, counts } = sumsOfGroups(columns, groups);
  const means = columns.map(() => new Float64Array(resamples));
  const sums = new Float64Array(width);
  const random = splitMix32(SEED);
  for (let r = 0; r < resamples; r++) {
    sums.fill(0);
    let queries = 0;
    for (let i = 0; i < counts.length; i++) {
      const group = Math.floor(random() * counts.length);
      queries += counts[group] as number;
      for (let c = 0; c < width; c++) sums[c] = (sums[c] as number) + (rows[group * width + c] as number);
    }
    for (let c = 0; c < width; c++) (means[c] as Float64Array)[r] = (sums[c] as number) / queries;
  }
  return means.map((resampled, c) => {
    resampled.sort();
    const value = (columns[c] as Float64Array).reduce((sum, x) => sum + x, 0) / n;
    return { value, low: quantile(resampled, tail), high: quantile(resampled, 1 - tail) };
  });
}

export interface FewMeansColumn {
  /** One value per query. */
  readonly values: Float64Array;
  /** The values of the two queries that are added. */
  readonly added: readonly [low: number, high: number];
}

/**
 * `bootstrapMeans` for few queries and few groups, where its intervals are too narrow; they have no width if all values
 * are equal, as those of a single query are.
 * - Two queries are added, each a group of its own, as Agresti and Coull (1998) do for shares, and Agresti and Min
 *   (2005) for their paired differences.
 * - The tails are those that make the interval as wide as Student's t would (the expanded percentile interval of
 *   Hesterberg 2015).
 * @param groups of each query; default: each query is a group of its own.
 * @throws RangeError if there is no query.
 */
export function bootstrapFewMeans(columns: readonly FewMeansColumn[], groups?: readonly string[]): MeanWithInterval[] {
  if (columns.length === 0) return [];
  const queries = columns[0]?.values.length ?? 0;
  if (queries === 0) throw new RangeError('there is no query to take a mean over');
  const extended = columns.map(({ values, added }) => {
    const all = new Float64Array(queries + added.length);
    all.set(values);
    all.set(added, queries);
    return all;
  });
  const labels = Array.from({ length: queries }, (_, i) => `group ${groups?.[i] ?? i}`);
  const count = new Set(labels).size;
  const tail = normalShareBelow(-Math.sqrt(count / (count - 1)) * studentT(count - 1));
  const intervals = bootstrapMeans(extended, { tail, groups: labels.concat('added low', 'added high') });
  return columns.map(({ values }, c) => {
    const value = values.reduce((sum, x) => sum + x, 0) / queries;
    const { low, high } = intervals[c] as MeanWithInterval;
    return { value, low: Math.min(low, value), high: Math.max(high, value) };
  });
}

/** The sums of each group, [groups, columns], and how many queries it has; groups in the order of their first query. */
function sumsOfGroups(columns: readonly Float64Array[], groups: readonly string[] | undefined) {
  const n = columns[0]?.length ?? 0;
  const indexOf = new Map<string, number>();
  const index = Array.from({ length: n }, (_, q) => {
    const group = groups?.[q];
    if (group === undefined) return q;
    if (!indexOf.has(group)) indexOf.set(group, indexOf.size);
    return indexOf.get(group) as number;
  });
  const size = groups ? indexOf.size : n;
  const width = columns.length;
  const rows = new Float64Array(size * width);
  const counts = new Float64Array(size);
  for (const [q, group] of index.entries()) {
    counts[group] = (counts[group] as number) + 1;
    for (const [c, column] of columns.entries()) {
      const at = group * width + c;
      rows[at] = (rows[at] as number) + (column[q] as number);
    }
  }
  return { rows, counts };
}

/** Linear interpolation between order statistics, as `numpy.quantile` does by default. */
function quantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
