import { describe, expect, it } from 'vitest';
import { backward, exp, Graph, gather, gemm, mul, recomputed, sum, toOnnx, type Value } from './index.ts';
import { runnable } from './run.fixture.ts';

function floor(x: Value): Value {
  return x.graph.add('Floor', [x], [{ shape: x.shape }])[0];
}

describe('backward', () => {
  it('names an operator without a rule, its operands and its scope', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [3, 'N']);
    const loss = sum(graph.within('encoder.layer.0', () => floor(x)));
    expect(() => backward(loss, [x])).toThrow('no gradient rule for Floor(x [3, N]) in encoder.layer.0');
  });

  it('needs no rules on paths to values whose gradient is not asked for', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', 'float32', [2]), graph.input('y', 'float32', [2])];
    expect(() => backward(sum(mul(floor(x), y)), [y])).not.toThrow();
  });

  it('names the value that the loss does not depend on', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', 'float32', [2]), graph.input('y', 'float32', [2])];
    expect(() => backward(sum(x), [y])).toThrow(/does not depend on y/);
  });

  it('throws if the loss is not a scalar', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    expect(() => backward(x, [x])).toThrow('the loss must be a scalar, but x has the shape [2]');
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

  it('gives bitwise the same gradient every time to a table whose rows are read repeatedly', async () => {
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
    const expected = Array.from({ length: 7 * 64 }, () => 0);
    for (const [i, w] of data.weight.values.entries()) {
      const element = (Math.floor(i / 64) % 7) * 64 + (i % 64);
      expected[element] = (expected[element] as number) + w;
    }
    for (const [i, x] of (first?.values ?? []).entries()) expect(x).toBeCloseTo(expected[i] as number, 3);
    for (let again = 0; again < 20; again++) expect(await run(data)).toEqual([first]);
  });

  it('uses the gradient that withGradient defines', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const y = graph.withGradient(floor(x), [x], (gradient) => [mul(gradient, 3)]);
    const run = await runnable(graph, backward(sum(y), [x]));
    const [gradient] = await run({ x: { shape: [2], values: [1.5, 2.5] } });
    expect(Array.from(gradient?.values ?? [])).toEqual([3, 3]);
  });
});

describe('recomputation', () => {
  const chain = (recompute: boolean) => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['n', 3]);
    const [w, v] = [graph.input('w', 'float32', [3, 3]), graph.input('v', 'float32', [3, 3])];
    const layer = (y: Value) => mul(exp(gemm(y, w)), gemm(y, v));
    const y = recompute ? recomputed(recomputed(x, layer), layer) : layer(layer(x));
    const loss = sum(mul(y, y));
    return { graph, outputs: [loss, ...backward(loss, [x, w, v])] };
  };
  const data = {
    x: { shape: [2, 3], values: [0.1, -0.2, 0.3, 0.4, 0.5, -0.6] },
    w: { shape: [3, 3], values: [0.1, 0.2, 0.3, -0.1, -0.2, -0.3, 0.3, 0.2, 0.1] },
    v: { shape: [3, 3], values: [0.5, -0.2, 0.3, -0.1, 0.4, -0.3, 0.3, 0.2, -0.1] },
  };

  it('gives bitwise the same gradients', async () => {
    const [kept, again] = [chain(false), chain(true)];
    const runs = [await runnable(kept.graph, kept.outputs), await runnable(again.graph, again.outputs)];
    const [expected, actual] = await Promise.all(runs.map((run) => run(data)));
    expect(actual).toEqual(expected);
  });

  it('computes the layer a second time instead of keeping it', () => {
    const count = (graph: Graph) => graph.nodes.filter(({ op }) => op === 'Exp').length;
    expect(count(chain(false).graph)).toBe(2);
    expect(count(chain(true).graph)).toBe(4);
  });
});

describe('the graph', () => {
  it('rejects shapes that do not fit, and a second input of the same name', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2, 'N']);
    expect(() => mul(x, graph.input('y', 'float32', [3, 'N']))).toThrow(
      'shapes [2, N] and [3, N] cannot be broadcast together',
    );
    expect(() => gemm(x, x)).toThrow('cannot multiply [2, N] by [2, N]');
    expect(() => graph.input('x', 'float32', [1])).toThrow('the graph already has an input named x');
  });

  it('encodes only what the outputs need, into the same bytes every time', () => {
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
