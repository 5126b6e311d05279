import { describe, expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';
import { mapOrdered } from './map-ordered.ts';

/** Work whose calls end when the test says so. */
function controlled() {
  const calls: PromiseWithResolvers<string>[] = [];
  const work = () => {
    const call = Promise.withResolvers<string>();
    calls.push(call);
    return call.promise;
  };
  return { work, calls };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('inParallel', () => {
  it('keeps the order of the items, and runs no more calls at once than asked for', async () => {
    const { work, calls } = controlled();
    const results = inParallel(['a', 'b', 'c'], 2, work);
    await turn();
    expect(calls).toHaveLength(2);
    calls[1]?.resolve('B');
    await turn();
    expect(calls).toHaveLength(3);
    calls[2]?.resolve('C');
    calls[0]?.resolve('A');
    expect(await results).toEqual(['A', 'B', 'C']);
    expect(await inParallel([], 2, work)).toEqual([]);
  });

  it('starts no call after an error, and throws it once the running calls have ended', async () => {
    const { work, calls } = controlled();
    let settled = false;
    const results = inParallel(['a', 'b', 'c'], 2, work).finally(() => {
      settled = true;
    });
    const outcome = expect(results).rejects.toThrow('a failed');
    calls[0]?.reject(new Error('a failed'));
    await turn();
    expect(settled).toBe(false);
    calls[1]?.resolve('B');
    await outcome;
    expect(calls).toHaveLength(2);
  });
});

describe('mapOrdered', () => {
  async function* stream(items: readonly string[]) {
    yield* items;
  }

  it('yields items and results in order, and runs no more calls at once than asked for', async () => {
    const { work, calls } = controlled();
    const results: [string, string][] = [];
    const consume = async () => {
      for await (const result of mapOrdered(stream(['a', 'b', 'c']), 2, work)) results.push(result);
    };
    const consumed = consume();
    await turn();
    expect(calls).toHaveLength(2);
    calls[1]?.resolve('B');
    await turn();
    expect(calls).toHaveLength(2);
    calls[0]?.resolve('A');
    await turn();
    calls[2]?.resolve('C');
    await consumed;
    expect(results).toEqual([
      ['a', 'A'],
      ['b', 'B'],
      ['c', 'C'],
    ]);
  });

  it('throws the error of an item when it is the turn of that item', async () => {
    const { work, calls } = controlled();
    const seen: string[] = [];
    const consume = async () => {
      for await (const [item] of mapOrdered(stream(['a', 'b']), 2, work)) seen.push(item);
    };
    const outcome = expect(consume()).rejects.toThrow('b failed');
    await turn();
    calls[1]?.reject(new Error('b failed'));
    await turn();
    calls[0]?.resolve('A');
    await outcome;
    expect(seen).toEqual(['a']);
  });
});
