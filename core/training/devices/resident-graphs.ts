import { add, concat, div, Graph, mul, reshape, sqrt, sub, sum, toOnnx, type Value } from '../../autodiff/index.ts';
import { BETA1, BETA2, EPSILON } from '../optimizer/adamw.ts';

/*
 * What a device computes beside the training graph itself, over parameters that never leave it: small graphs over flat tensors [n].
 */
const flat = (graph: Graph, name: string) => graph.input(name, 'float32', ['n']);
const written = (graph: Graph, outputs: Readonly<Record<string, Value>>) =>
  toOnnx(
    graph,
    Object.entries(outputs).map(([name, value]) => ({ name, value })),
  );

/**
 * A step of AdamW over one parameter, as adamw.ts has it: from `weights`, `first`, `second` and `gradient` to `nextWeights` and so on.
 * What is another number in every step is fed as a scalar: `scale` (clipping), `rate`, `correction` and `kept` (weight decay).
 */
export function updateGraph(): Uint8Array {
  const graph = new Graph();
  const scalar = (name: string) => graph.input(name, 'float32', []);
  const gradient = mul(flat(graph, 'gradient'), scalar('scale'));
  const first = add(mul(flat(graph, 'first'), BETA1), mul(gradient, 1 - BETA1));
  const second = add(mul(flat(graph, 'second'), BETA2), mul(mul(gradient, gradient), 1 - BETA2));
  const deviation = add(mul(sqrt(second), scalar('correction')), EPSILON);
  const weights = sub(mul(flat(graph, 'weights'), scalar('kept')), div(mul(first, scalar('rate')), deviation));
  return written(graph, { nextWeights: weights, nextFirst: first, nextSecond: second });
}

/** The L2 norm over all of `gradients`, each flat under its name: `norm`. */
export function normGraph(gradients: readonly string[]): Uint8Array {
  const graph = new Graph();
  const squares = gradients.map((name, i) => {
    const gradient = graph.input(name, 'float32', [`n${i}`]);
    return reshape(sum(mul(gradient, gradient)), [1]);
  });
  return written(graph, { norm: sqrt(sum(concat(squares, 0))) });
}

/** `a` + `b`: `total`. */
export function sumGraph(): Uint8Array {
  const graph = new Graph();
  return written(graph, { total: add(flat(graph, 'a'), flat(graph, 'b')) });
}

/** `x` as `copy`: by the location asked of its output, the way onto a device or off it. */
export function copyGraph(): Uint8Array {
  const graph = new Graph();
  const [copy] = graph.add('Identity', [flat(graph, 'x')], [{ shape: ['n'] }]) as [Value];
  return written(graph, { copy });
}
