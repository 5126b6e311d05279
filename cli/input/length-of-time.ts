import { Fault } from '../../core/contracts/fault.ts';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * `30m`, `6h`, `1d` or `1w` in milliseconds.
 * @param least milliseconds below which it is refused. Default 1.
 */
export function milliseconds(flag: string, text: string, least = 1): number {
  const found = /^(\d{1,6})([smhdw])$/.exec(text.trim());
  const ms = found ? Number(found[1]) * UNITS[found[2] as keyof typeof UNITS] : Number.NaN;
  if (ms >= least) return ms;
  throw new Fault('input', `${flag} ${text} is no length of time.`, 'Give one as 30m, 6h, 1d or 1w.');
}

/** The same as one would have written it, in the largest unit that it is a whole number of. */
export function lengthOfTime(ms: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, size]) => ms % size === 0) ?? ['s', 1_000];
  return `${ms / size}${unit}`;
}
