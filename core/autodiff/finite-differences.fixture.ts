import fc from 'fast-check';
import { expect } from 'vitest';
import { backward, Graph, mul, sum, type Value } from './index.ts';
import { type Case, dimension } from './rules.fixture.ts';
import { type Data, runnable } from './run.fixture.ts';

/*
 * Finite differences: for y = f(x…) and a random direction d, (f(x + hd) − f(x − hd)) / 2h must equal the gradient
 * along d.
 */
const H = 2e-3;

/** The slope along a random direction: measured, and derived from the gradient. */
async function slopes({ shapes, build, from: [low, high] = [-2, 2] }: Case, named: boolean, random: () => number) {
  const graph = new Graph();
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, 'float32', named ? shape.map(dimension) : shape));
  const y = build(inputs as [Value, Value, Value]);
  const weight = graph.input('weight', 'float32', y.shape);
  const gradients = backward(sum(mul(y, weight)), inputs);
  const draw = (shape: readonly number[], min: number, max: number) => ({
    shape,
    values: Array.from({ length: shape.reduce((n, dim) => n * dim, 1) }, () => min + (max - min) * random()),
  });
  const points = shapes.map((shape) => draw(shape, low, high));
  const directions = shapes.map((shape) => draw(shape, -1, 1).values);
  const forward = await runnable(graph, [y]);
  const feeds = (h: number) =>
    Object.fromEntries(
      points.map(({ shape, values }, i) => {
        const moved = values.map((value, j) => value + h * (directions[i]?.[j] as number));
        return [`x${i}`, { shape, values: moved }];
      }),
    );
  const [plus] = (await forward(feeds(H))) as [Data];
  const [minus] = (await forward(feeds(-H))) as [Data];
  const weights = draw(plus.shape, -1, 1);
  const measured = weights.values.reduce(
    (total, w, i) => total + (w * ((plus.values[i] as number) - (minus.values[i] as number))) / (2 * H),
    0,
  );
  const results = await (await runnable(graph, gradients))({ ...feeds(0), weight: weights });
  expect(results.map(({ shape }) => shape)).toEqual(shapes);
  const derived = results.reduce(
    (total, { values }, i) =>
      total + Array.from(values).reduce((part, slope, j) => part + slope * (directions[i]?.[j] as number), 0),
    0,
  );
  return { measured, derived };
}

/**
 * Fails unless the gradient of every case equals the slope that finite differences measure.
 * @param named Gives the dimensions names instead of sizes, so that sizes are known only when the graph runs.
 */
export async function checkGradients(cases: fc.Arbitrary<Case>, named = false, numRuns = 25): Promise<void> {
  const numbers = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  const property = fc.asyncProperty(cases, numbers, async (example, stream) => {
    const { measured, derived } = await slopes(example, named, () => stream.next().value);
    expect(Math.abs(derived - measured)).toBeLessThan(2e-3 * (1 + Math.abs(measured)));
  });
  await fc.assert(property, { numRuns, seed: 1 });
}
