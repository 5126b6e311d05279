import { add, concat, div, Graph, mul, reshape, sqrt, sub, sum, toOnnx, type Value } from '../../autodiff/index.ts';
import { BETA1, BETA2, EPSILON } from '../optimizer/adamw.ts';

/*
 * Small graphs that a GPU runs beside the training graph, over parameters that stay in its memory. All tensors are
 * flat, [n].
 */
const flat = (graph: Graph, name: string) => graph.input(name, 'float32', ['n']);
const encode = (graph: Graph, outputs: Readonly<Record<string, Value>>) =>
  toOnnx(
    graph,
    Object.entries(outputs).map(([name, value]) => ({ name, value })),
  );

/**
 * A step of AdamW over one parameter, as in adamw.ts: from `weights`, `first`, `second` and `gradient` to
 * `nextWeights`, `nextFirst` and `nextSecond`. The numbers that change with the step are scalar inputs: `scale`
 * (clipping), `rate`, `correction` and `kept` (the factor of weight decay).
 */
export function updateGraph(): Uint8Array {
  const graph = new Graph();
  const scalar = (name: string) => graph.input(name, 'float32', []);
  const gradient = mul(flat(graph, 'gradient'), scalar('scale'));
  const first = add(mul(flat(graph, 'first'), BETA1), mul(gradient, 1 - BETA1));
  const second = add(mul(flat(graph, 'second'), BETA2), mul(mul(gradient, gradient), 1 - BETA2));
  const deviation = add(mul(sqrt(second), scalar('correction')), EPSILON);
  const weights = sub(mul(flat(graph, 'weights'), scalar('kept')), div(mul(first, scalar('rate')), deviation));
  return encode(graph, { nextWeights: weights, nextFirst: first, nextSecond: second });
}

/** Output `norm`: the L2 norm over all gradients. @param gradients Names of the inputs. */
export function normGraph(gradients: readonly string[]): Uint8Array {
  const graph = new Graph();
  const squares = gradients.map((name, i) => {
    const gradient = graph.input(name, 'float32', [`n${i}`]);
    return reshape(sum(mul(gradient, gradient)), [1]);
  });
  return encode(graph, { norm: sqrt(sum(concat(squares, 0))) });
}

/** Output `total`: `a` + `b`. */
export function sumGraph(): Uint8Array {
  const graph = new Graph();
  return encode(graph, { total: add(flat(graph, 'a'), flat(graph, 'b')) });
}
