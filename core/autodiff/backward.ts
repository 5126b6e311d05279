import type { Node, Value } from './graph.ts';
import { filled, gemm, matMul, reshape, sum } from './ops.ts';
import { RULES, type Rule } from './rules.ts';
import { show, stretchedAxes } from './shape.ts';

type RuleNode = Parameters<Rule>[1];

/**
 * Adds to the graph what computes the gradient of `loss` with regard to each of `wrt`.
 * @param seed The gradient, with regard to `loss` and of its shape, of whatever comes after it; without one `loss` must be a scalar.
 * @returns One value for each of `wrt`, of its shape.
 * @throws Error naming the operator and where it stands if a node on the way has no rule, or the value that `loss` does not depend on.
 */
export function backward(loss: Value, wrt: readonly Value[], seed?: Value): Value[] {
  if (!seed && loss.shape.length > 0)
    throw new Error(`only a scalar has a gradient; ${loss.name} is ${show(loss.shape)}`);
  return pullBack(loss.graph.nodes, loss, wrt, seed ?? loss.graph.float(1)).map((gradient, i) => {
    if (!gradient) throw new Error(`${loss.name} does not depend on ${wrt[i]?.name}`);
    return gradient;
  });
}

/**
 * Trades memory for time: what `make` computes is not kept for the gradient but computed again when that is due, so of it only `x` stays alive
 * (Chen et al. 2016, sublinear memory cost; PyTorch's `checkpoint`).
 * @param make Called a second time for the gradient: it must add the same nodes over the same graph inputs, and keep the shape of `x`.
 */
export function recomputed(x: Value, make: (x: Value) => Value): Value {
  const { graph } = x;
  const first = graph.nodes.length;
  const y = make(x);
  if (show(y.shape) !== show(x.shape))
    throw new Error(`recomputed ${show(x.shape)} comes to ${show(y.shape)}; it must keep its shape`);
  const nodes = graph.nodes.slice(first);
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const used = new Set(nodes.flatMap(({ inputs }) => inputs));
  const outside = [...used].filter((value) => value !== x && value.type === 'float32' && !made.has(value));
  return graph.withGradient(y, [x, ...outside], (gradient) => {
    // Tied to the gradient: else the runtime would compute it early, or find that it has the values already and keep them.
    const shape = graph.add('Shape', [gradient], [{ type: 'int64', shape: [x.shape.length] }])[0];
    const again = graph.add('Reshape', [x, shape], [{ shape: x.shape }])[0];
    const replay = graph.nodes.length;
    const y = make(again);
    return pullBack(graph.nodes.slice(replay), y, [again, ...outside], gradient);
  });
}

/** One reverse walk over `nodes`: undefined for what `y` does not depend on by way of them. */
function pullBack(
  nodes: readonly Node[],
  y: Value,
  wrt: readonly Value[],
  seed: Value,
): readonly (Value | undefined)[] {
  const { graph } = y;
  const forward = [...nodes];
  const sought = new Set(wrt);
  for (const { inputs, outputs } of forward)
    if (inputs.some((x) => sought.has(x))) for (const out of outputs) sought.add(out);

  const gradients = new Map<Value, Value>([[y, seed]]);
  for (const node of forward.reverse()) {
    const known = node.outputs.map((out) => gradients.get(out));
    const at = known.findIndex(Boolean);
    const [out, gy] = [node.outputs[at], known[at]];
    if (!out || !gy || !sought.has(out)) continue;
    const custom = graph.custom.get(out);
    const inputs = custom?.inputs ?? node.inputs;
    graph.within(node.scope ? `${node.scope}.backward` : 'backward', () => {
      const parts = custom ? custom.rule(gy) : ruleOf(node)(gy, node as RuleNode, known);
      inputs.forEach((x, i) => {
        const part = parts[i];
        if (part && sought.has(x)) gradients.set(x, accumulate(gradients.get(x), unbroadcast(part, x)));
      });
    });
  }
  return wrt.map((x) => gradients.get(x));
}

function ruleOf(node: Node): Rule {
  const rule = RULES[node.op];
  if (rule) return rule;
  const operands = node.inputs.map(({ name, shape }) => `${name} ${show(shape)}`).join(', ');
  throw new Error(`no gradient rule for ${node.op}(${operands}) in ${node.scope || 'the graph'}`);
}

/** A matrix product takes what is there already as its third operand: no second pass over memory. */
function accumulate(total: Value | undefined, part: Value): Value {
  if (!total) return part;
  const [a, b, c] = part.node?.op === 'Gemm' ? part.node.inputs : [];
  if (a && b && !c) return gemm(a, b, total, part.node?.facts);
  return part.graph.add('Add', [total, part], [{ shape: part.shape }])[0];
}

/** Sums a gradient over the axes along which its value was stretched. */
function unbroadcast(gradient: Value, { shape, graph }: Value): Value {
  const axes = stretchedAxes(gradient.shape, shape);
  if (axes.length === 0) return gradient;
  const [rows, columns] = gradient.shape;
  // Column sums as a product with ones: several times faster than ReduceSum over the first axis.
  if (gradient.shape.length === 2 && axes.join() === '0' && rows !== undefined && columns !== undefined)
    return reshape(matMul(filled(graph, 1, [1, rows]), gradient), shape);
  const lead = gradient.shape.length - shape.length;
  const reduced = sum(gradient, axes, { keep: lead === 0 });
  return reduced.shape.length === shape.length ? reduced : reshape(reduced, shape);
}
