import { describe, expect, it } from 'vitest';
import { backward, exp, Graph, gather, gemm, mul, recomputed, sum, toOnnx, type Value } from './index.ts';
import { runnable } from './run.fixture.ts';

function floor(x: Value): Value {
  return x.graph.add('Floor', [x], [{ shape: x.shape }])[0];
}

describe('backward', () => {
  it('names the operator without a rule, its operands and where it stands', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [3, 'N']);
    const loss = sum(graph.within('encoder.layer.0', () => floor(x)));
    expect(() => backward(loss, [x])).toThrow('no gradient rule for Floor(x [3, N]) in encoder.layer.0');
  });

  it('does not ask for rules on the way to values whose gradient nobody wants', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', 'float32', [2]), graph.input('y', 'float32', [2])];
    expect(() => backward(sum(mul(floor(x), y)), [y])).not.toThrow();
  });

  it('says what the loss does not depend on', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', 'float32', [2]), graph.input('y', 'float32', [2])];
    expect(() => backward(sum(x), [y])).toThrow(/does not depend on y/);
  });

  it('refuses what is not a scalar', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    expect(() => backward(x, [x])).toThrow('only a scalar has a gradient');
  });

  it('sums the gradients of a value that is used twice', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [1, 2]);
    const w = graph.input('w', 'float32', [2, 2]);
    const y = gemm(gemm(x, w), w);
    const run = await runnable(graph, backward(sum(y), [w]));
    // y = x W W, so dy/dW[i][j] = x[i]·(W·1)[j] + (x W)[i]·1.
    const [gradient] = await run({ x: { shape: [1, 2], values: [2, 3] }, w: { shape: [2, 2], values: [1, 2, 3, 4] } });
    expect(Array.from(gradient?.values ?? [])).toEqual([2 * 3 + 11, 2 * 7 + 11, 3 * 3 + 16, 3 * 7 + 16]);
  });

  it('gives a table that is read over and over the same gradient to the bit, every time', async () => {
    const graph = new Graph();
    const [table, indices] = [graph.input('table', 'float32', [7, 64]), graph.input('indices', 'int64', ['n'])];
    const weight = graph.input('weight', 'float32', ['n', 64]);
    const run = await runnable(graph, backward(sum(mul(gather(table, indices), weight)), [table]), 2);
    const n = 4096;
    const data = {
      table: { shape: [7, 64], values: new Float32Array(7 * 64) },
      indices: { shape: [n], values: Array.from({ length: n }, (_, i) => i % 7) },
      weight: { shape: [n, 64], values: Float32Array.from({ length: n * 64 }, (_, i) => Math.sin(i)) },
    };
    const [first] = await run(data);
    const expected = new Float64Array(7 * 64);
    for (const [i, w] of data.weight.values.entries()) expected[(Math.floor(i / 64) % 7) * 64 + (i % 64)] += w;
    for (const [i, x] of (first?.values ?? []).entries()) expect(x).toBeCloseTo(expected[i], 3);
    for (let again = 0; again < 20; again++) expect(await run(data)).toEqual([first]);
  });

  it('lets a composition give its own gradient', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const y = graph.withGradient(floor(x), [x], (gradient) => [mul(gradient, 3)]);
    const run = await runnable(graph, backward(sum(y), [x]));
    const [gradient] = await run({ x: { shape: [2], values: [1.5, 2.5] } });
    expect(Array.from(gradient?.values ?? [])).toEqual([3, 3]);
  });
});

describe('recomputation', () => {
  const chain = (save: boolean) => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['n', 3]);
    const [w, v] = [graph.input('w', 'float32', [3, 3]), graph.input('v', 'float32', [3, 3])];
    const layer = (y: Value) => mul(exp(gemm(y, w)), gemm(y, v));
    const y = save ? recomputed(recomputed(x, layer), layer) : layer(layer(x));
    const loss = sum(mul(y, y));
    return { graph, outputs: [loss, ...backward(loss, [x, w, v])] };
  };
  const data = {
    x: { shape: [2, 3], values: [0.1, -0.2, 0.3, 0.4, 0.5, -0.6] },
    w: { shape: [3, 3], values: [0.1, 0.2, 0.3, -0.1, -0.2, -0.3, 0.3, 0.2, 0.1] },
    v: { shape: [3, 3], values: [0.5, -0.2, 0.3, -0.1, 0.4, -0.3, 0.3, 0.2, -0.1] },
  };

  it('changes no gradient by a bit', async () => {
    const [kept, saved] = [chain(false), chain(true)];
    const results = [await runnable(kept.graph, kept.outputs), await runnable(saved.graph, saved.outputs)];
    const [expected, actual] = await Promise.all(results.map((run) => run(data)));
    expect(actual).toEqual(expected);
  });

  it('computes the layer again instead of keeping it', () => {
    const count = (graph: Graph) => graph.nodes.filter(({ op }) => op === 'Exp').length;
    expect(count(chain(false).graph)).toBe(2);
    expect(count(chain(true).graph)).toBe(4);
  });
});

describe('the graph', () => {
  it('refuses shapes that cannot go together, and a second input of a name', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2, 'N']);
    expect(() => mul(x, graph.input('y', 'float32', [3, 'N']))).toThrow('shapes [2, N] and [3, N] do not fit together');
    expect(() => gemm(x, x)).toThrow('cannot multiply [2, N] by [2, N]');
    expect(() => graph.input('x', 'float32', [1])).toThrow('has an input x already');
  });

  it('writes only what the outputs need, the same bytes every time', () => {
    const bytes = (extra: boolean) => {
      const graph = new Graph();
      const x = graph.input('x', 'float32', ['N', 2]);
      const y = mul(x, 2);
      if (extra) floor(mul(y, 3));
      return toOnnx(graph, [{ value: y, name: 'y' }]);
    };
    expect(bytes(true)).toEqual(bytes(true));
    expect(bytes(true)).toEqual(bytes(false));
  });
});
