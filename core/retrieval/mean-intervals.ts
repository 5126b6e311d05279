import type { MeanWithInterval } from '../contracts/evaluation.ts';
import { bootstrapFewMeans } from './bootstrap.ts';
import { effectiveCount, wilson } from './wilson.ts';

/** A metric of each query, and the highest value that it can have for that query; the lowest is 0. */
export interface MetricColumn {
  readonly values: Float64Array;
  readonly highest: Float64Array;
}

/**
 * The mean of each metric with its 95 % interval: Wilson's for a metric that is all or nothing for every query, such as
 * the hit rate, and a bootstrap interval for others.
 * @param groups of each query, the group of queries that it is not independent of; default: each is one of its own.
 * @throws RangeError if there is no query.
 */
export function meanIntervals(columns: readonly MetricColumn[], groups?: readonly string[]): MeanWithInterval[] {
  const queries = columns[0]?.values.length ?? 0;
  if (queries === 0) throw new RangeError('there is no query to take a mean over');
  const rates = columns.map((column) => rateOf(column, groups));
  const graded = columns.filter((_, c) => rates[c] === undefined);
  const bootstrapped = bootstrapFewMeans(
    graded.map(({ values, highest }) => ({ values, added: [0, mean(highest)] as const })),
    groups,
  );
  return rates.map((rate) => rate ?? (bootstrapped.shift() as MeanWithInterval));
}

/** The interval of a metric that is 0 or its highest value for every query; undefined for any other. */
function rateOf({ values, highest }: MetricColumn, groups?: readonly string[]): MeanWithInterval | undefined {
  const scale = highest[0] as number;
  if (highest.some((value) => value !== scale) || values.some((value) => value !== 0 && value !== scale))
    return undefined;
  const hits = values.map((value) => (value === 0 ? 0 : 1));
  const { value, low, high } = wilson(mean(hits), effectiveCount(hits, groups));
  return { value: scale * value, low: scale * low, high: scale * high };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
