import type { Node, Value } from './graph.ts';
import { filled, gemm, matMul, reshape, sum } from './ops.ts';
import { RULES, type Rule } from './rules.ts';
import { show, stretchedAxes } from './shape.ts';

type RuleNode = Parameters<Rule>[1];

/**
 * Adds to the graph what computes the gradient of a scalar with regard to each of `wrt`.
 * @returns One value for each of `wrt`, of its shape.
 * @throws Error naming the operator and where it stands if a node on the way has no rule, or the value that `loss` does not depend on.
 */
export function backward(loss: Value, wrt: readonly Value[]): Value[] {
  const { graph } = loss;
  if (loss.shape.length > 0) throw new Error(`only a scalar has a gradient; ${loss.name} is ${show(loss.shape)}`);
  const forward = [...graph.nodes];
  const sought = new Set(wrt);
  for (const { inputs, outputs } of forward)
    if (inputs.some((x) => sought.has(x))) for (const y of outputs) sought.add(y);

  const gradients = new Map<Value, Value>([[loss, graph.float(1)]]);
  for (const node of forward.reverse()) {
    const known = node.outputs.map((y) => gradients.get(y));
    const at = known.findIndex(Boolean);
    const [y, gy] = [node.outputs[at], known[at]];
    if (!y || !gy || !sought.has(y)) continue;
    const custom = graph.custom.get(y);
    const inputs = custom?.inputs ?? node.inputs;
    const parts = graph.within(node.scope ? `${node.scope}.backward` : 'backward', () =>
      custom ? custom.rule(gy) : ruleOf(node)(gy, node as RuleNode, known),
    );
    inputs.forEach((x, i) => {
      const part = parts[i];
      if (part && sought.has(x)) gradients.set(x, accumulate(gradients.get(x), unbroadcast(part, x)));
    });
  }
  return wrt.map((x) => {
    const gradient = gradients.get(x);
    if (!gradient) throw new Error(`${loss.name} does not depend on ${x.name}`);
    return gradient;
  });
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
