import fc from 'fast-check';
import { expect } from 'vitest';
import { backward, Graph, mul, sum, type Value } from './index.ts';
import { type Case, dimension } from './rules.fixture.ts';
import { type Data, runnable } from './run.fixture.ts';
import type { Shape } from './shape.ts';

/*
 * Finite differences: for y = f(x…) and a random direction, (f(x + hd) - f(x - hd)) / 2h must be the gradient along d.
 */
const H = 2e-3;

/** The gradient along a direction, and the slope that was measured there. */
async function slopes({ shapes, build, from: [low, high] = [-2, 2] }: Case, named: boolean, random: () => number) {
  const graph = new Graph();
  const inputs = shapes.map((s, i) => graph.input(`x${i}`, 'float32', named ? s.map(dimension) : s));
  const y = build(inputs as [Value, Value, Value]);
  const weight = graph.input('weight', 'float32', y.shape);
  const gradients = backward(sum(mul(y, weight)), inputs);
  const draw = (s: Shape, a: number, b: number): Data => ({
    shape: s as number[],
    values: Array.from({ length: (s as number[]).reduce((n, d) => n * d, 1) }, () => a + (b - a) * random()),
  });
  const at = shapes.map((s) => draw(s, low, high));
  const along = shapes.map((s) => draw(s, -1, 1));
  const forward = await runnable(graph, [y]);
  const feeds = (h: number) =>
    Object.fromEntries(
      at.map(({ shape: s, values }, i) => [
        `x${i}`,
        { shape: s, values: Array.from(values, (v, j) => v + h * along[i]?.values[j]) },
      ]),
    );
  const [plus] = (await forward(feeds(H))) as [Data];
  const [minus] = (await forward(feeds(-H))) as [Data];
  const weights = draw(plus.shape, -1, 1);
  const measured = Array.from(weights.values).reduce(
    (n, w, i) => n + (w * (plus.values[i] - minus.values[i])) / (2 * H),
    0,
  );
  const results = await (await runnable(graph, gradients))({ ...feeds(0), weight: weights });
  expect(results.map(({ shape: s }) => s)).toEqual(shapes);
  const derived = results.reduce(
    (n, { values }, i) => n + Array.from(values).reduce((m, g, j) => m + g * along[i]?.values[j], 0),
    0,
  );
  return { measured, derived };
}

/**
 * Fails unless the gradient of every case is the slope that is measured there.
 * @param named Whether sizes are known only when the graph runs.
 */
export async function agrees(cases: fc.Arbitrary<Case>, named = false, numRuns = 25): Promise<void> {
  const numbers = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  const property = fc.asyncProperty(cases, numbers, async (example, stream) => {
    const { measured, derived } = await slopes(example, named, () => stream.next().value);
    expect(Math.abs(derived - measured)).toBeLessThan(2e-3 * (1 + Math.abs(measured)));
  });
  await fc.assert(property, { numRuns, seed: 1 });
}
