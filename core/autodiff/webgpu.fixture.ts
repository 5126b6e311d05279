import { expect } from 'vitest';
import { Graph, type Value } from './index.ts';
import { lower } from './lower.ts';
import * as o from './ops.ts';
import { type Data, runnable } from './run.fixture.ts';
import { WEBGPU } from './webgpu.ts';

/** Cases for each operator that has a lowering for WebGPU, with sizes that are known only when the graph runs. */
export const CASES: Record<keyof typeof WEBGPU, readonly ((graph: Graph) => Value[])[]> = {
  FusedMatMul: [
    (g) => [o.matMul(matrix(g), matrix(g), { transB: true, alpha: 0.7 })],
    (g) => [o.matMul(matrix(g), matrix(g), { transA: true })],
    (g) => [o.matMul(cube(g), cube(g), { transB: true, alpha: 0.7 })],
    (g) => [o.matMul(cube(g), cube(g), { transA: true })],
    (g) => [o.matMul(cube(g), matrix(g), { transB: true, alpha: 2 })],
  ],
  LogSoftmax: [(g) => [o.logSoftmax(o.mul(matrix(g), 40))]],
  Sign: [(g) => [o.sign(matrix(g))]],
  EyeLike: [
    (g) => [o.eyeLike(o.matMul(matrix(g), matrix(g), { transB: true }))],
    (g) => [o.eyeLike(g.float([1, 2, 3, 4], [2, 2]))],
  ],
  OneHot: [
    (g) => [o.oneHot(wide(rows(g)), 6)],
    (g) => [o.oneHot(wide(rows(g)), matrix(g).shape[0] as string)],
    (g) => [o.oneHot(g.int([1, 0, 2, 3], [2, 2]), matrix(g).shape[0] as string)],
  ],
  Range: [(g) => [o.toFloat(o.range(g, matrix(g).shape[0] as string))]],
  Cast: [(g) => [o.toFloat(rows(g))], (g) => [o.gather(matrix(g), wide(rows(g)))]],
  Expand: [
    (g) => [o.expand(g.float(3), matrix(g).shape)],
    (g) => [o.expand(o.sum(cube(g), [1], { keep: true }), ['b', 'n', 3])],
    // No value has these two dimensions next to each other.
    (g) => [o.expand(g.float([1, 2]), [cube(g).shape[1] as string, 5, cube(g).shape[0] as string, 2])],
    (g) => [o.toFloat(o.expand(g.int([4]), [matrix(g).shape[0] as string]))],
  ],
  Reshape: [
    (g) => [o.reshape(cube(g), ['b', 3, 'n'])],
    (g) => [o.reshape(cube(g), ['bn', 3])],
    (g) => [o.reshape(o.reshape(cube(g), ['bn', 3]), ['b', 'n', 3])],
    (g) => [o.toFloat(o.reshape(rows(g), [1, 'r', 1]))],
    (g) => [tied(matrix(g), o.neg(matrix(g)))],
  ],
  Unsqueeze: [(g) => [o.unsqueeze(matrix(g), [0, 2])], (g) => [o.toFloat(o.unsqueeze(rows(g), [1]))]],
  ScatterND: [
    (g) => [o.scatterRows(g.float([1, 2, 3, 4, 5, 6], [2, 3]), wide(rows(g)), matrix(g).shape)],
    (g) => [o.scatterRows(g.float([1, 2, 3], [1, 3]), g.int([1]), [4, 3])],
  ],
  SimplifiedLayerNormalization: [
    (g) =>
      g.add(
        'SimplifiedLayerNormalization',
        [matrix(g), g.float([1, 2, 3])],
        [{ shape: matrix(g).shape }, { shape: ['n', 1] }],
        { axis: -1, epsilon: 1e-3 },
      ),
  ],
  Sin: [(g) => [o.sin(matrix(g)), o.sin(o.mul(cube(g), 500))]],
  Cos: [(g) => [o.cos(matrix(g)), o.cos(o.mul(cube(g), 500))]],
  Split: [
    (g) => o.split(g.float([1, 2, 3, 4, 5, 6], [3, 2]), 3, 0),
    (g) => o.split(o.concat([matrix(g), matrix(g)], 0), 2, 0),
    (g) => parts(o.concat([matrix(g), g.float([7, 8, 9], [1, 3]), o.reshape(cube(g), ['bn', 3])], 0), ['n', 1, 'bn']),
    (g) => parts(matrix(g), [1, 2], 1),
    (g) => o.splitAt(matrix(g), input(g, 'sizes', 'int64', [2]), ['few', 'many'], 0),
  ],
};

const FEEDS: Readonly<Record<string, Data>> = {
  matrix: random([5, 3]),
  cube: random([2, 5, 3]),
  rows: { shape: [2], values: [4, 1] },
  sizes: { shape: [2], values: [2, 3] },
};

/**
 * Fails unless each case gives the same results lowered for WebGPU as it gives without lowering on the CPU.
 * @param options Session options for the lowered graph.
 */
export async function checkLowering(cases: readonly ((graph: Graph) => Value[])[], options: object): Promise<void> {
  for (const [i, build] of cases.entries()) {
    const graph = new Graph();
    const outputs = build(graph);
    const lowered = lower(outputs, WEBGPU);
    const expected = await (await runnable(graph, outputs))(FEEDS);
    const actual = await (await runnable(lowered.graph, lowered.outputs, 1, options))(FEEDS);
    for (const [at, { shape, values }] of expected.entries()) {
      expect(actual[at]?.shape, `case ${i}`).toEqual(shape);
      const differences = Array.from(values, (x, j) => Math.abs(x - (actual[at]?.values[j] as number)));
      expect(Math.max(...differences), `case ${i}`).toBeLessThan(1e-5);
    }
  }
}

function input(graph: Graph, name: string, type: 'float32' | 'int32' | 'int64', shape: (string | number)[]): Value {
  return graph.inputs.find((existing) => existing.name === name) ?? graph.input(name, type, shape);
}
const matrix = (graph: Graph) => input(graph, 'matrix', 'float32', ['n', 3]);
const cube = (graph: Graph) => input(graph, 'cube', 'float32', ['b', 'n', 3]);
/** Numbers of distinct rows of the matrix. */
const rows = (graph: Graph) => input(graph, 'rows', 'int32', ['r']);

/** As int64, which ScatterND and OneHot require. */
function wide(x: Value): Value {
  return x.graph.add('Cast', [x], [{ type: 'int64', shape: x.shape }], { to: 7 })[0];
}

/** Makes `x` depend on `to` as `recomputed` does. */
function tied(x: Value, to: Value): Value {
  const shape = x.graph.add('Shape', [to], [{ type: 'int64', shape: [to.shape.length] }]);
  return x.graph.add('Reshape', [x, ...shape], [{ shape: x.shape }])[0];
}

/** Splits as the gradient of `concat` does. */
function parts(whole: Value, sizes: readonly (string | number)[], axis = 0): Value[] {
  const { graph } = whole;
  const vector = graph.add(
    'Concat',
    sizes.map((size) => graph.shapeOf([size])),
    [{ type: 'int64', shape: [sizes.length] }],
    { axis: 0 },
  );
  const outputs = sizes.map((size) => ({ shape: whole.shape.with(axis, size) }));
  return graph.add('Split', [whole, ...vector], outputs, { axis });
}

function random(shape: number[]): Data {
  return { shape, values: Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(7 * i)) };
}
