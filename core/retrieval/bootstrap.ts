import type { MeanWithInterval } from '../contracts/evaluation.ts';
import { splitMix32 } from '../primitives/random.ts';

/** With more resamples the intervals no longer change visibly. */
const RESAMPLES = 5_000;
const SEED = 0x5eed;

/**
 * The mean of each column with its 95 % percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13).
 *
 * Invariant: all columns are resampled with the same draws, from a fixed seed, so that the same values have the same
 * interval on every machine.
 * @param columns one value per query each; all of the same length.
 * @throws RangeError if there is no query.
 */
export function bootstrapMeans(columns: readonly Float64Array[], resamples = RESAMPLES): MeanWithInterval[] {
  const n = columns[0]?.length ?? 0;
  if (n === 0) throw new RangeError('there is no query to take a mean over');
  const width = columns.length;
  const rows = new Float64Array(n * width);
  columns.forEach((column, c) => {
    column.forEach((value, q) => {
      rows[q * width + c] = value;
    });
  });

  const means = columns.map(() => new Float64Array(resamples));
  const sums = new Float64Array(width);
  const random = splitMix32(SEED);
  for (let r = 0; r < resamples; r++) {
    sums.fill(0);
    for (let i = 0; i < n; i++) {
      const at = Math.floor(random() * n) * width;
      for (let c = 0; c < width; c++) sums[c] = (sums[c] as number) + (rows[at + c] as number);
    }
    for (let c = 0; c < width; c++) (means[c] as Float64Array)[r] = (sums[c] as number) / n;
  }
  return means.map((resampled, c) => {
    resampled.sort();
    const value = (columns[c] as Float64Array).reduce((sum, x) => sum + x, 0) / n;
    return { value, low: quantile(resampled, 0.025), high: quantile(resampled, 0.975) };
  });
}

/** Linear interpolation between order statistics, as `numpy.quantile` does by default. */
function quantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
