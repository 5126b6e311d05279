/** Items with what `work` makes of each, in order, with at most `width` under way at once. */
export async function* mapOrdered<T, R>(
  items: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<[T, R]> {
  const under: Promise<[T, R]>[] = [];
  for await (const item of items) {
    const pending = work(item).then((result): [T, R] => [item, result]);
    // Thrown where its turn comes; until then it is no unhandled rejection.
    pending.catch(() => {});
    under.push(pending);
    if (under.length >= width) yield (await under.shift()) as [T, R];
  }
  for (const pending of under) yield await pending;
}
