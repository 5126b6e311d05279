import { Fault } from '../../core/contracts/fault.ts';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/**
 * Converts `45s`, `30m`, `6h`, `1d` or `1w` to milliseconds.
 * @param flag The flag that the text was given with, for the message.
 * @param least The shortest allowed time in milliseconds. Default: 1.
 * @throws Fault `input` if it is not a length of time, or too short.
 */
export function milliseconds(flag: string, text: string, least = 1): number {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text.trim()) ?? [];
  const [, size = Number.NaN] = Object.entries(UNITS).find(([name]) => name === unit) ?? [];
  const ms = Number(count) * size;
  if (ms >= least) return ms;
  throw new Fault('input', `${flag} ${text} is not a length of time.`, 'Give one such as 30m, 6h, 1d or 1w.');
}

/** The inverse of `milliseconds`, in the largest unit that gives a whole number. */
export function lengthOfTime(ms: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, size]) => ms % size === 0) ?? ['s', 1_000];
  return `${ms / size}${unit}`;
}
