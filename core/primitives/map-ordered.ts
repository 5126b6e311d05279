/**
 * Yields each item with the result of `work` for it, in the order of the items. At most `concurrency` calls of `work`
 * run at once, ahead of the consumer.
 * @throws the error of `work` for an item, when it is that item's turn.
 */
export async function* mapOrdered<T, R>(
  items: AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<[T, R]> {
  const running: Promise<[T, R]>[] = [];
  for await (const item of items) {
    const pending = work(item).then((result): [T, R] => [item, result]);
    // The error is thrown when the item is yielded; until then it must not count as an unhandled rejection.
    pending.catch(() => {});
    running.push(pending);
    if (running.length >= concurrency) yield (await running.shift()) as [T, R];
  }
  for (const pending of running) yield await pending;
}
