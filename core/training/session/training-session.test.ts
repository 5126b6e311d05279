import { describe, expect, it } from 'vitest';
import { readModelFolder } from '../../encoder/files/model-folder.ts';
import type { RankingBatch } from '../data/ranking-batch.ts';
import { distance, openWholeModel } from '../recorded.fixture.ts';
import type { SessionOptions } from './training-session.ts';

const MODEL = new URL('../../../tests/recorded/tiny-bert', import.meta.url).pathname;
const LOSS = { scale: 20, symmetric: true, matryoshka: [16, 8].map((width) => ({ width, weight: 1 })) };

type Batch = RankingBatch<number[]>;

/** Texts of 3 to 30 tokens, with a hard negative for every fourth query. */
function batch(pairs: number, salt = 0): Batch {
  const text = (i: number) =>
    Array.from({ length: 3 + ((i * 7 + salt) % 28) }, (_, at) => (i * 31 + at * 13 + salt) % 80);
  const queries = Array.from({ length: pairs }, (_, i) => text(i));
  const documents = Array.from({ length: pairs + Math.floor(pairs / 4) }, (_, i) => text(1000 + i));
  return { queries, documents, knownPositives: [[0, 1]] };
}

const lengths = ({ queries, documents }: Batch) => [...queries, ...documents].map((text) => text.length);

/** The loss of a step over some batches, and the gradient of every parameter. */
async function step(batches: readonly Batch[], options: Partial<SessionOptions> = {}, shares = batches.map(() => 1)) {
  const plan = batches.map(lengths);
  const model = await readModelFolder(MODEL);
  const { parameters, session } = await openWholeModel(model, { loss: LOSS, plan, ...options });
  let loss = 0;
  for (const [i, part] of batches.entries()) loss += await session.gradients(part, 3, shares[i]);
  const gradients = new Map(parameters.map(({ name, gradient }) => [name, gradient.slice()]));
  await session.close();
  return { loss, gradients };
}

type Step = Awaited<ReturnType<typeof step>>;

function expectSame(actual: Step, expected: Step): void {
  expect(actual.loss).toBeCloseTo(expected.loss, 5);
  // The softmax does not change when a constant is added to all keys: the true gradient is zero, and any other value is
  // rounding.
  for (const [name, gradient] of expected.gradients)
    if (!name.endsWith('key.bias'))
      expect.soft(distance(actual.gradients.get(name) as Float32Array, gradient), name).toBeLessThan(1e-5);
}

describe('a batch that is encoded in mini-batches', () => {
  it('has the loss and the gradients of the whole batch: 64 pairs, eight texts at a time', async () => {
    const large = [batch(64)];
    expectSame(await step(large, { miniBatchSize: 8 }), await step(large));
  });

  it('has the same dropout in both passes', async () => {
    const some = [batch(12)];
    expectSame(await step(some, { miniBatchSize: 100, dropout: 0.3 }), await step(some, { dropout: 0.3 }));
  });

  it('gives the same bits every time, also with dropout', async () => {
    const options = { miniBatchSize: 4, dropout: 0.3 };
    expect(await step([batch(8)], options)).toEqual(await step([batch(8)], options));
  });
});

describe('several batches in a step', () => {
  it.each([undefined, 6])('are summed by their shares, with miniBatchSize %s', async (miniBatchSize) => {
    const options = { miniBatchSize };
    const [one, other] = [await step([batch(6)], options), await step([batch(10, 5)], options)];
    const both = await step([batch(6), batch(10, 5)], options, [0.375, 0.625]);
    const gradients = new Map(
      [...one.gradients].map(([name, a]) => {
        const b = other.gradients.get(name) as Float32Array;
        return [name, a.map((x, i) => 0.375 * x + 0.625 * (b[i] as number))];
      }),
    );
    expectSame(both, { loss: 0.375 * one.loss + 0.625 * other.loss, gradients });
  });

  it('have different dropout masks', async () => {
    const twice = await step([batch(6), batch(6)], { dropout: 0.3 }, [1, -1]);
    expect(Math.abs(twice.loss)).toBeGreaterThan(1e-3);
  });
});
