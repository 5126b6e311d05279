import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backward, Graph, lower, mul, sum, type Value, WEBGPU } from '../../core/autodiff/index.ts';
import { CASES, type Case } from '../../core/autodiff/rules.fixture.ts';
import { runnable } from '../../core/autodiff/run.fixture.ts';
import { GPU_ONLY } from './trainable.ts';

/** Compares result and gradients on the CPU with those of the lowered graph on WebGPU. */
async function agree({ shapes, build, from: [low, high] = [-2, 2] }: Case): Promise<void> {
  const graph = new Graph();
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, 'float32', shape));
  const y = build(inputs as [Value, Value, Value]);
  const weight = graph.input('weight', 'float32', y.shape);
  const outputs = [y, ...backward(sum(mul(y, weight)), inputs)];
  const feeds = Object.fromEntries(
    [...inputs, weight].map(({ name, shape }, i) => {
      const wave = (j: number) => low + ((high - low) * (1 + Math.sin(7 * j + i))) / 2;
      const size = (shape as number[]).reduce((n, dim) => n * dim, 1);
      return [name, { shape: shape as number[], values: Array.from({ length: size }, (_, j) => wave(j)) }];
    }),
  );
  const lowered = lower(outputs, WEBGPU);
  const expected = await (await runnable(graph, outputs))(feeds);
  const actual = await (await runnable(lowered.graph, lowered.outputs, 1, GPU_ONLY))(feeds);
  for (const [i, { shape, values }] of expected.entries()) {
    expect(actual[i]?.shape).toEqual(shape);
    for (const [j, x] of values.entries()) expect((actual[i]?.values[j] ?? Number.NaN) - x).toBeCloseTo(0, 4);
  }
}

describe('each operator with a gradient runs on WebGPU, forward and backward, without a node on the CPU', () => {
  for (const [op, cases] of Object.entries(CASES))
    it(op, () => fc.assert(fc.asyncProperty(cases, agree), { numRuns: 3, seed: 1 }));
});
