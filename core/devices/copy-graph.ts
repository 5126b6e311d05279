import { Graph, toOnnx, type Value } from '../autodiff/index.ts';

/** Output `copy`: `x`, both [n]. The location of the output decides whether it copies to the GPU or from it. */
export function copyGraph(): Uint8Array {
  const graph = new Graph();
  const [copy] = graph.add('Identity', [graph.input('x', 'float32', ['n'])], [{ shape: ['n'] }]) as [Value];
  return toOnnx(graph, [{ name: 'copy', value: copy }]);
}
