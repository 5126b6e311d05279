import type { Pair } from './pairs.ts';

/**
 * Groups pairs that share a question or a passage, directly or through other pairs: the connected components of a
 * dataset. Parts of it that are made of whole groups have no text in common.
 * @returns The groups in the order of their first pair, each in the order of the pairs.
 */
export function connectedPairs(pairs: readonly Pair[]): Pair[][] {
  // A forest over the pairs, as in union-find (Tarjan 1975): the root of a group is its first pair.
  const parent = pairs.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root] as number] as number;
      root = parent[root] as number;
    }
    return root;
  };
  const firstWith = new Map<string, number>();
  for (const [i, { texts }] of pairs.entries()) {
    for (const text of texts) {
      const [a, b] = [rootOf(i), rootOf(firstWith.get(text) ?? i)];
      parent[Math.max(a, b)] = Math.min(a, b);
      if (!firstWith.has(text)) firstWith.set(text, i);
    }
  }
  return [...Map.groupBy(pairs.keys(), rootOf).values()].map((group) => group.map((i) => pairs[i] as Pair));
}

/** The different passages of a group of pairs, each pair counted with its first one. */
export function passagesOf(pairs: readonly Pair[]): string[] {
  return [...new Set(pairs.map(({ passage }) => passage))];
}
