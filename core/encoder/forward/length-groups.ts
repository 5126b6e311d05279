/**
 * Sorts texts by length and splits them into exactly `count` groups with the least padded area of attention, by dynamic
 * programming over the places to split at.
 * @param count At most the number of texts.
 * @returns Indices into `lengths`, shortest texts first. No group is empty.
 */
export function lengthGroups(lengths: readonly number[], count: number): number[][] {
  const texts = lengths
    .map((length, index) => ({ length, index }))
    .sort((a, b) => a.length - b.length || a.index - b.index);
  const area = (from: number, to: number) => {
    const size = to - from;
    const longest = texts[to - 1]?.length as number;
    // The second term evens out the sizes of groups if lengths are equal.
    return size * longest ** 2 + 1e-3 * (size * longest) ** 2;
  };
  // costs[j]: cost of the first j texts in k groups. starts[k - 1][j]: where the last of those groups begins.
  let costs = [Number.POSITIVE_INFINITY, ...texts.map((_, i) => area(0, i + 1))];
  const starts = [costs.map(() => 0)];
  for (let k = 2; k <= count; k++) {
    const before = costs;
    const startsOfLast = costs.map(() => 0);
    costs = costs.map((_, j) => {
      let least = Number.POSITIVE_INFINITY;
      for (let i = k - 1; i < j; i++) {
        const cost = (before[i] as number) + area(i, j);
        if (cost < least) [least, startsOfLast[j]] = [cost, i];
      }
      return least;
    });
    starts.push(startsOfLast);
  }
  const groups: number[][] = [];
  let end = texts.length;
  for (const startsOfLast of starts.reverse()) {
    const start = startsOfLast[end] as number;
    groups.unshift(texts.slice(start, end).map(({ index }) => index));
    end = start;
  }
  return groups;
}
