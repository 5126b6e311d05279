import type { MeanWithInterval } from '../contracts/evaluation.ts';

export type Verdict = 'better' | 'worse' | 'undecided';

/** What a difference says once chance is allowed for: an interval that holds 0 decides nothing. */
export function verdictOn({ low, high }: MeanWithInterval): Verdict {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'undecided';
}
