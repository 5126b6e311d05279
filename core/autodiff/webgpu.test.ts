import { describe, expect, it } from 'vitest';
import { backward, Graph, gather, recomputed, relu, sum, tanh } from './index.ts';
import { lower } from './lower.ts';
import { matMul, scatterRows } from './ops.ts';
import { CASES, checkLowering } from './webgpu.fixture.ts';
import { WEBGPU } from './webgpu.ts';

describe('an operator lowered for WebGPU gives the same results (on the CPU; npm run test:gpu uses the provider itself)', () => {
  for (const [op, cases] of Object.entries(CASES)) it(op, () => checkLowering(cases, {}));

  it('is tested for every operator of the table', () => {
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(WEBGPU).sort());
  });
});

describe('a lowered graph', () => {
  it('has the same inputs as the original', () => {
    const graph = new Graph();
    const table = graph.input('table', 'float32', ['rows', 2]);
    const picked = graph.input('picked', 'int32', ['n']);
    expect(lower([gather(table, picked)], WEBGPU).graph.inputs).toMatchObject(
      graph.inputs.map(({ name, type, shape }) => ({ name, type, shape })),
    );
  });

  it('keeps the dependency of a recomputed layer on its gradient', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['n', 2]);
    const [gradient] = backward(sum(recomputed(x, tanh)), [x]);
    const ops = lower([gradient], WEBGPU).graph.nodes.map(({ op }) => op);
    expect(ops.slice(ops.lastIndexOf('Shape')).slice(0, 3)).toEqual(['Shape', 'Reshape', 'Tanh']);
  });

  it('keeps the scopes of nodes, so that profiles can be read', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['n', 2]);
    const y = graph.within('encoder.layer.0', () => relu(matMul(x, x, { transB: true, alpha: 2 })));
    expect(lower([y], WEBGPU).graph.nodes.map(({ op, scope }) => `${scope}/${op}`)).toEqual([
      'encoder.layer.0/Gemm',
      'encoder.layer.0/Relu',
    ]);
  });

  it('throws on what it cannot express, naming the scope', () => {
    const graph = new Graph();
    const rows = graph.input('rows', 'float32', [2, 3]);
    const at = graph.input('at', 'int64', [2, 2]);
    const y = graph.within('pooling', () =>
      graph.add('ScatterND', [scatterRows(rows, graph.int([0, 1]), [4, 3]), at, rows], [{ shape: [4, 3] }]),
    );
    expect(() => lower(y, WEBGPU)).toThrow(/whole rows.*pooling/);
  });
});
