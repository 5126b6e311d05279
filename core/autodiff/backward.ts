import type { Node, OperatorNode, Value, ValueEach } from './graph.ts';
import { filled, gemm, matMul, reshape, sum } from './ops.ts';
import { RULES, type Rule } from './rules.ts';
import { broadcastAxes, formatShape } from './shape.ts';

/**
 * Adds the nodes that compute the gradient of `loss` with respect to each value of `wrt`.
 * @param seed The gradient at which to start, of the shape of `loss`: that of some later result with respect to `loss`.
 *   Default: 1, for which `loss` must be a scalar.
 * @returns One value for each of `wrt`, of the same shape.
 * @throws Error if `loss` is no scalar and has no seed, if `loss` does not depend on a value of `wrt`, or if an
 *   operator in between has no gradient rule; the message names the operator, its operands and its scope.
 * @example
 * const loss = mean(mul(error, error));
 * const [dw, db] = backward(loss, [w, b]);
 */
export function backward<const Wrt extends readonly Value[]>(loss: Value, wrt: Wrt, seed?: Value): ValueEach<Wrt>;
export function backward(loss: Value, wrt: readonly Value[], seed?: Value): Value[] {
  if (!seed && loss.shape.length > 0)
    throw new Error(`the loss must be a scalar, but ${loss.name} has the shape ${formatShape(loss.shape)}`);
  const gradients = reversePass(loss.graph.nodes, loss, seed ?? loss.graph.float(1), wrt);
  return wrt.map((value) => {
    const gradient = gradients.get(value);
    if (!gradient) throw new Error(`${loss.name} does not depend on ${value.name}`);
    return gradient;
  });
}

/**
 * Trades time for memory: what `compute` adds is not kept for the gradient but computed a second time when the gradient
 * needs it, so that only `x` is kept (Chen et al. 2016, Training Deep Nets with Sublinear Memory Cost; PyTorch's
 * `checkpoint`).
 * @param compute Is called again for the gradient. It must add the same nodes over the same graph inputs each time, and
 *   return a value of the shape of `x`.
 * @throws Error if the shape changes.
 * @example
 * const y = recomputed(x, (x) => tanh(linear(x, w, b)));
 */
export function recomputed(x: Value, compute: (x: Value) => Value): Value {
  const { graph } = x;
  const first = graph.nodes.length;
  const y = compute(x);
  if (formatShape(y.shape) !== formatShape(x.shape))
    throw new Error(
      `a recomputed part must keep the shape of its input, but ${formatShape(x.shape)} became ${formatShape(y.shape)}`,
    );
  const nodes = graph.nodes.slice(first);
  const inside = new Set(nodes.flatMap(({ outputs }) => outputs));
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const outside = [...used].filter((value) => value !== x && value.type === 'float32' && !inside.has(value));
  return graph.withGradient(y, [x, ...outside], (gradient) => {
    // Invariant: the second computation depends on the gradient. Otherwise the runtime would run it early, or would
    // find that it has the values already and keep them.
    const [shape] = graph.add('Shape', [gradient], [{ type: 'int64', shape: [x.shape.length] }]);
    const [again] = graph.add('Reshape', [x, shape], [{ shape: x.shape }]);
    const replayStart = graph.nodes.length;
    const replayed = compute(again);
    const wrt = [again, ...outside];
    const gradients = reversePass(graph.nodes.slice(replayStart), replayed, gradient, wrt);
    return wrt.map((value) => gradients.get(value));
  });
}

/** Walks `nodes` in reverse from `y`. Values that `y` does not depend on through these nodes get no gradient. */
function reversePass(nodes: readonly Node[], y: Value, seed: Value, wrt: readonly Value[]): ReadonlyMap<Value, Value> {
  const { graph } = y;
  const forward = [...nodes];
  const dependents = new Set(wrt);
  for (const { inputs, outputs } of forward)
    if (inputs.some((x) => dependents.has(x))) for (const output of outputs) dependents.add(output);

  const gradients = new Map<Value, Value>([[y, seed]]);
  for (const node of forward.reverse()) {
    const ofOutputs = node.outputs.map((output) => gradients.get(output));
    const index = ofOutputs.findIndex(Boolean);
    const [output, gradient] = [node.outputs[index], ofOutputs[index]];
    if (!output || !gradient || !dependents.has(output)) continue;
    const custom = graph.customGradients.get(output);
    const inputs = custom?.inputs ?? node.inputs;
    graph.within(node.scope ? `${node.scope}.backward` : 'backward', () => {
      const parts = custom ? custom.rule(gradient) : ruleOf(node)(gradient, node as OperatorNode, ofOutputs);
      for (const [i, x] of inputs.entries()) {
        const part = parts[i];
        if (part && dependents.has(x)) gradients.set(x, accumulate(gradients.get(x), unbroadcast(part, x)));
      }
    });
  }
  return gradients;
}

function ruleOf(node: Node): Rule {
  const rule = RULES[node.op];
  if (rule) return rule;
  const operands = node.inputs.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
  throw new Error(`no gradient rule for ${node.op}(${operands}) in ${node.scope || 'the graph'}`);
}

/** Adds up gradients. A Gemm takes the sum so far as its third operand, which saves a pass over memory. */
function accumulate(total: Value | undefined, part: Value): Value {
  if (!total) return part;
  const [a, b, c] = part.node?.op === 'Gemm' ? part.node.inputs : [];
  if (a && b && !c) return gemm(a, b, total, part.node?.metadata);
  return part.graph.add('Add', [total, part], [{ shape: part.shape }])[0];
}

/** Sums a gradient over the axes along which its value was broadcast. */
function unbroadcast(gradient: Value, { shape, graph }: Value): Value {
  const axes = broadcastAxes(gradient.shape, shape);
  if (axes.length === 0) return gradient;
  const [rows, columns] = gradient.shape;
  // Column sums as a product with ones: several times faster than ReduceSum over the first axis.
  if (gradient.shape.length === 2 && axes.join() === '0' && rows !== undefined && columns !== undefined)
    return reshape(matMul(filled(graph, 1, [1, rows]), gradient), shape);
  const sameRank = gradient.shape.length === shape.length;
  const reduced = sum(gradient, axes, { keep: sameRank });
  return reduced.shape.length === shape.length ? reduced : reshape(reduced, shape);
}
