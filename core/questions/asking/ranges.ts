import type { Range } from '../../contracts/asking.ts';

/** Places as few ranges. */
export function mergeRanges(places: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const at of [...places].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
  }
  return ranges;
}
