import type { MeanWithInterval } from '../../core/contracts/evaluation.ts';
import type { Measure } from '../../core/contracts/metrics.ts';

/** @param score Hit rate @5; undefined if it was not evaluated. */
export function measureRelease(
  measure: Measure,
  name: string,
  version: number,
  score: MeanWithInterval | undefined,
): void {
  if (score) measure('hone_release_hit_rate', score.value, { name, version: String(version) });
}
