/**
 * Maps `items` with at most `concurrency` calls of `work` running at once (minimum 1). Results are in the order of the
 * items.
 * @throws the first error of `work`. No call is started after it, but calls that are already running are awaited first:
 *   their results may be paid for.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const errors: unknown[] = [];
  // Shared by all lanes: each takes the next item of this one iterator.
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) {
      if (errors.length > 0) return;
      try {
        results[index] = await work(item, index);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, items.length)) }, lane));
  if (errors.length > 0) throw errors[0];
  return results;
}
