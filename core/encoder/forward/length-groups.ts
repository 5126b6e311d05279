/**
 * Splits texts, sorted by length, into exactly `count` runs of the least padded attention area
 * (the second term evens the sizes where lengths tie). Dynamic programming over the cuts.
 * @param count Groups; at most as many as there are texts.
 * @returns Indices into `lengths`, shortest run first; no run is empty.
 */
export function lengthGroups(lengths: readonly number[], count: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[a] - lengths[b] || a - b);
  const sorted = order.map((i) => lengths[i]);
  const area = (from: number, to: number) => {
    const texts = to - from;
    const longest = sorted[to - 1];
    return texts * longest ** 2 + 1e-3 * (texts * longest) ** 2;
  };
  // costs[j]: the first j texts in k groups; cuts[k - 1][j]: where the last of those groups begins.
  let costs = [Number.POSITIVE_INFINITY, ...sorted.map((_, i) => area(0, i + 1))];
  const cuts = [costs.map(() => 0)];
  for (let k = 2; k <= count; k++) {
    const before = costs;
    const cut = costs.map(() => 0);
    costs = costs.map((_, j) => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = k - 1; i < j; i++) {
        const cost = before[i] + area(i, j);
        if (cost < least) [least, cut[j]] = [cost, i];
      }
      return least;
    });
    cuts.push(cut);
  }
  let end = order.length;
  return cuts
    .reverse()
    .map((cut) => {
      const begin = cut[end];
      const group = order.slice(begin, end);
      end = begin;
      return group;
    })
    .reverse();
}
