/*
 * Reproducible pseudo-random numbers. Not for secrets.
 */

/** Numbers in [0, 1) that depend on `seeds` alone: SplitMix32 started from a mix of them. */
export function seeded(...seeds: readonly number[]): () => number {
  return splitMix32(seeds.reduce((mixed, seed) => mix(mixed ^ (seed >>> 0)) + 0x9e3779b9, 0));
}

/** Numbers in [0, 1): SplitMix (Steele, Lea and Flood 2014) at 32 bits, started from `state`. */
export function splitMix32(state: number): () => number {
  let current = state >>> 0;
  return () => {
    current = (current + 0x9e3779b9) >>> 0;
    return mix(current) / 2 ** 32;
  };
}

function mix(x: number): number {
  let z = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** The integers below `count` in random order (Fisher-Yates shuffle). `random` returns numbers in [0, 1). */
export function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
