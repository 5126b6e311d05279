import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backward, Graph, lower, mul, sum, type Value, WEBGPU } from '../../core/autodiff/index.ts';
import { CASES, type Case } from '../../core/autodiff/rules.fixture.ts';
import { runnable } from '../../core/autodiff/run.fixture.ts';
import { DEVICE, GPU_ONLY } from './trainable.ts';

/** CUDA runs the graph as it is. It lacks some operators, which then run on the CPU. */
const ON_GPU = DEVICE === 'webgpu' ? GPU_ONLY : { executionProviders: [DEVICE], logSeverityLevel: 4 as const };

/** Compares result and gradients on the CPU with those on the GPU. */
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
  const lowered = DEVICE === 'webgpu' ? lower(outputs, WEBGPU) : { graph, outputs };
  const expected = await (await runnable(graph, outputs))(feeds);
  const actual = await (await runnable(lowered.graph, lowered.outputs, 1, ON_GPU))(feeds);
  for (const [i, { shape, values }] of expected.entries()) {
    expect(actual[i]?.shape).toEqual(shape);
    for (const [j, x] of values.entries()) expect((actual[i]?.values[j] ?? Number.NaN) - x).toBeCloseTo(0, 4);
  }
}

describe(`each operator with a gradient runs on ${DEVICE}, forward and backward`, () => {
  for (const [op, cases] of Object.entries(CASES))
    it(op, () => fc.assert(fc.asyncProperty(cases, agree), { numRuns: 3, seed: 1 }));
});
