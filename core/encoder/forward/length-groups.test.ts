import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthGroups } from './length-groups.ts';

const someLengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 4, maxLength: 9 });
const count = fc.integer({ min: 1, max: 4 });
const lengthsOf = (group: readonly number[], lengths: readonly number[]) => group.map((i) => lengths[i] as number);
const cost = (group: readonly number[], lengths: readonly number[]) => {
  const longest = Math.max(...lengthsOf(group, lengths));
  return group.length * longest ** 2 + 1e-3 * (group.length * longest) ** 2;
};

/** Every way to split a sorted list into `groups` runs. */
function splits(sorted: number[], groups: number): number[][][] {
  if (groups === 1) return [[sorted]];
  return sorted
    .slice(1, sorted.length - groups + 2)
    .flatMap((_, i) => splits(sorted.slice(i + 1), groups - 1).map((rest) => [sorted.slice(0, i + 1), ...rest]));
}

describe('length groups', () => {
  it('contain every text once, shorter texts first, and none is empty', () => {
    fc.assert(
      fc.property(someLengths, count, (lengths, groups) => {
        const found = lengthGroups(lengths, groups);
        expect(found).toHaveLength(groups);
        expect(found.every((group) => group.length > 0)).toBe(true);
        expect(lengthsOf(found.flat(), lengths)).toEqual(lengths.toSorted((a, b) => a - b));
        expect(new Set(found.flat()).size).toBe(lengths.length);
      }),
    );
  });

  it('have the least cost of all ways to split the texts', () => {
    fc.assert(
      fc.property(someLengths, count, (lengths, groups) => {
        const total = (split: readonly (readonly number[])[]) =>
          split.reduce((n, group) => n + cost(group, lengths), 0);
        const sorted = [...lengths.entries()].sort(([, a], [, b]) => a - b).map(([i]) => i);
        const least = Math.min(...splits(sorted, groups).map(total));
        expect(total(lengthGroups(lengths, groups))).toBeCloseTo(least, 6);
      }),
    );
  });
});
