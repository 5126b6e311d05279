import type { MeanWithInterval } from '../contracts/evaluation.ts';
import { studentT, Z } from './quantiles.ts';

/**
 * A share with its 95 % score interval (Wilson 1927), which holds for few questions and for shares of 0 and 1, where a
 * bootstrap interval has no width (Brown, Cai and DasGupta 2001).
 * @param n number of independent trials; need not be whole. With none, the interval is 0 to 1.
 */
export function wilson(share: number, n: number): MeanWithInterval {
  const weight = Z ** 2 / n;
  if (!Number.isFinite(weight)) return { value: share, low: 0, high: 1 };
  const centre = (share + weight / 2) / (1 + weight);
  const half = (Z / (1 + weight)) * Math.sqrt((share * (1 - share)) / n + weight / n / 4);
  // Rounding must not move the ends of the scale.
  return {
    value: share,
    low: share === 0 ? 0 : Math.max(0, centre - half),
    high: share === 1 ? 1 : Math.min(1, centre + half),
  };
}

/**
 * How many independent questions say as much about a share as these do: their number, divided by the design effect
 * (how much wider questions of the same group make the interval) and corrected for a small number of groups, as Korn
 * and Graubard (1998) do.
 * @param values 0 or 1 of each question.
 * @param groups of each question, the group that it belongs to; default: each is a group of its own.
 */
export function effectiveCount(values: Float64Array, groups?: readonly string[]): number {
  const n = values.length;
  if (!groups) return n;
  const share = values.reduce((sum, value) => sum + value, 0) / n;
  const deviations = new Map<string, number>();
  for (const [i, group] of groups.entries())
    deviations.set(group, (deviations.get(group) ?? 0) + (values[i] as number) - share);
  const count = deviations.size;
  if (count === n) return n;
  if (count === 1) return 0;
  const squares = [...deviations.values()].reduce((sum, deviation) => sum + deviation ** 2, 0);
  const variance = ((count / (count - 1)) * squares) / n ** 2;
  const independent = (share * (1 - share)) / (n - 1);
  const designEffect = independent > 0 ? Math.max(1, variance / independent) : 1;
  return (n / designEffect) * (studentT(n - 1) / studentT(count - 1)) ** 2;
}
