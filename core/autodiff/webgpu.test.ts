import { describe, expect, it } from 'vitest';
import { backward, Graph, gather, recomputed, relu, sum, tanh, type Value } from './index.ts';
import { lower } from './lower.ts';
import { matMul, scatterRows } from './ops.ts';
import { agrees, CASES } from './webgpu.fixture.ts';
import { WEBGPU } from './webgpu.ts';

describe('an operator said for WebGPU computes the same (here on the CPU; on the provider itself: npm run test:gpu)', () => {
  for (const [op, cases] of Object.entries(CASES)) it(op, () => agrees(cases, {}));

  it('has a case for every operator of the table', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(WEBGPU).sort());
  });
});

describe('a lowered graph', () => {
  it('has the inputs of the original under their names', () => {
    const graph = new Graph();
    const table = graph.input('table', 'float32', ['rows', 2]);
    const picked = graph.input('picked', 'int32', ['n']);
    expect(lower([gather(table, picked)], WEBGPU).graph.inputs).toMatchObject(
      graph.inputs.map(({ name, type, shape }) => ({ name, type, shape })),
    );
  });

  it('leaves a recomputed layer tied to its gradient', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['n', 2]);
    const [gradient] = backward(sum(recomputed(x, tanh)), [x]);
    const ops = lower([gradient as Value], WEBGPU).graph.nodes.map(({ op }) => op);
    expect(ops.slice(ops.lastIndexOf('Shape')).slice(0, 3)).toEqual(['Shape', 'Reshape', 'Tanh']);
  });

  it('keeps where a node stands, so that a profile can be read', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['n', 2]);
    const y = graph.within('encoder.layer.0', () => relu(matMul(x, x, { transB: true, alpha: 2 })));
    expect(lower([y], WEBGPU).graph.nodes.map(({ op, scope }) => `${scope}/${op}`)).toEqual([
      'encoder.layer.0/Gemm',
      'encoder.layer.0/Relu',
    ]);
  });

  it('refuses what it cannot say, naming where it stands', () => {
    const graph = new Graph();
    const rows = graph.input('rows', 'float32', [2, 3]);
    const at = graph.input('at', 'int64', [2, 2]);
    const y = graph.within('pooling', () =>
      graph.add('ScatterND', [scatterRows(rows, graph.int([0, 1]), [4, 3]), at, rows], [{ shape: [4, 3] }]),
    );
    expect(() => lower(y, WEBGPU)).toThrow(/whole rows.*pooling/);
  });
});
