import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthGroups } from './length-groups.ts';

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 4, maxLength: 9 });
const count = fc.integer({ min: 1, max: 4 });
const cost = (group: readonly number[], of: readonly number[]) => {
  const longest = Math.max(...group.map((i) => of[i]));
  return group.length * longest ** 2 + 1e-3 * (group.length * longest) ** 2;
};

/** Every way to cut a sorted list into `groups` runs. */
function cuts(sorted: number[], groups: number): number[][][] {
  if (groups === 1) return [[sorted]];
  return sorted
    .slice(1, sorted.length - groups + 2)
    .flatMap((_, i) => cuts(sorted.slice(i + 1), groups - 1).map((rest) => [sorted.slice(0, i + 1), ...rest]));
}

describe('length groups', () => {
  it('hold every text once, none of them empty, shorter texts first', () => {
    fc.assert(
      fc.property(lengths, count, (of, groups) => {
        const found = lengthGroups(of, groups);
        expect(found).toHaveLength(groups);
        expect(found.every((group) => group.length > 0)).toBe(true);
        const inOrder = found.flat().map((i) => of[i]);
        expect(inOrder).toEqual([...of].sort((a, b) => a - b));
        expect(new Set(found.flat()).size).toBe(of.length);
      }),
    );
  });

  it('are the cheapest there are', () => {
    fc.assert(
      fc.property(lengths, count, (of, groups) => {
        const total = (some: readonly (readonly number[])[]) => some.reduce((n, group) => n + cost(group, of), 0);
        const sorted = of.map((_, i) => i).sort((a, b) => of[a] - of[b]);
        const least = Math.min(...cuts(sorted, groups).map(total));
        expect(total(lengthGroups(of, groups))).toBeCloseTo(least, 6);
      }),
    );
  });
});
