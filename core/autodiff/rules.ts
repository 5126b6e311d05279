import type { Node, Value } from './graph.ts';
import * as o from './ops.ts';
import { elements, type Shape } from './shape.ts';

/** The gradients of a node's inputs from that of its first output (`all`: of every output), before broadcasting is undone. */
export type Rule = (
  gy: Value,
  node: Node & { inputs: readonly [Value, Value, Value]; outputs: readonly [Value, Value, Value] },
  all: readonly (Value | undefined)[],
) => readonly (Value | undefined)[];

const product: Rule = (gy, { inputs: [a, b], facts }) => {
  const { transA, transB, alpha } = facts as Required<o.MatMulOptions>;
  return [
    transA ? o.matMul(b, gy, { transA: transB, transB: true, alpha }) : o.matMul(gy, b, { transB: !transB, alpha }),
    transB ? o.matMul(gy, a, { transA: true, transB: transA, alpha }) : o.matMul(a, gy, { transA: !transA, alpha }),
  ];
};

/** A reduction's gradient, or result, put back to the rank of what was reduced. */
const kept = (reduced: Value, { facts }: Node) => (facts.keep ? reduced : o.unsqueeze(reduced, facts.axes as number[]));

const count = (x: Value, axes: readonly number[]): Value | number => {
  const shape: Shape = axes.map((axis) => x.shape[axis]);
  return elements(shape) ?? o.sum(o.filled(x.graph, 1, shape));
};

/** Operator -> gradient. https://en.wikipedia.org/wiki/Automatic_differentiation#Reverse_accumulation; tinygrad's gradient.py is the model. */
export const RULES: Readonly<Record<string, Rule>> = {
  Add: (gy) => [gy, gy],
  Sub: (gy) => [gy, o.neg(gy)],
  Mul: (gy, { inputs: [a, b] }) => [o.mul(gy, b), o.mul(gy, a)],
  Div: (gy, { inputs: [, b], outputs: [y] }) => [o.div(gy, b), o.neg(o.div(o.mul(gy, y), b))],
  Neg: (gy) => [o.neg(gy)],
  Exp: (gy, { outputs: [y] }) => [o.mul(gy, y)],
  Log: (gy, { inputs: [x] }) => [o.div(gy, x)],
  Sqrt: (gy, { outputs: [y] }) => [o.div(gy, o.mul(y, 2))],
  Erf: (gy, { inputs: [x] }) => [o.mul(gy, o.mul(o.exp(o.neg(o.mul(x, x))), 2 / Math.sqrt(Math.PI)))],
  Tanh: (gy, { outputs: [y] }) => [o.sub(gy, o.mul(gy, o.mul(y, y)))],
  Sin: (gy, { inputs: [x] }) => [o.mul(gy, o.cos(x))],
  Cos: (gy, { inputs: [x] }) => [o.neg(o.mul(gy, o.sin(x)))],
  Abs: (gy, { inputs: [x] }) => [o.mul(gy, o.sign(x))],
  Sigmoid: (gy, { outputs: [y] }) => [o.mul(gy, o.sub(y, o.mul(y, y)))],
  Relu: (gy, { outputs: [y] }) => [o.mul(gy, o.sign(y))],
  // Φ(x) + x·φ(x), with the factor ½ of both terms taken out.
  Gelu: (gy, { inputs: [x] }) => {
    const density = o.exp(o.mul(o.mul(x, x), -0.5));
    const twice = o.add(o.add(o.erf(o.mul(x, Math.SQRT1_2)), 1), o.mul(o.mul(x, density), Math.sqrt(2 / Math.PI)));
    return [o.mul(o.mul(gy, 0.5), twice)];
  },
  MatMul: product,
  FusedMatMul: product,
  Gemm: (gy, { inputs: [a, b], facts: { transA, transB } }) => [
    transA
      ? o.gemm(b, gy, undefined, { transA: !!transB, transB: true })
      : o.gemm(gy, b, undefined, { transB: !transB }),
    transB
      ? o.gemm(gy, a, undefined, { transA: true, transB: !!transA })
      : o.gemm(a, gy, undefined, { transA: !transA }),
    gy,
  ],
  // Constant almost everywhere.
  Sign: () => [],
  EyeLike: () => [],
  Reshape: (gy, { inputs: [x] }) => [o.reshape(gy, x.shape)],
  Unsqueeze: (gy, { inputs: [x] }) => [o.reshape(gy, x.shape)],
  Expand: (gy) => [gy],
  Transpose: (gy, { attributes }) => {
    const perm = attributes.perm as number[];
    return [
      o.transpose(
        gy,
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
    ];
  },
  // ONNX Runtime's scatters race on repeated indices, so repeated rows are summed by a matrix product instead.
  Gather: (gy, { inputs: [table, indices], facts: { distinct } }) => {
    if (distinct) return [o.scatterRows(gy, indices, table.shape)];
    const flat = o.reshape(indices, [elements(indices.shape) ?? gy.graph.freshDim('rows')]);
    const width = elements(table.shape.slice(1)) as number;
    const rows = o.matMul(o.oneHot(flat, table.shape[0] as number), o.reshape(gy, [flat.shape[0] as number, width]));
    return [o.reshape(rows, table.shape)];
  },
  Concat: (gy, { inputs, attributes }) => {
    const axis = attributes.axis as number;
    const sizes = gy.graph.add(
      'Concat',
      inputs.map((x) => gy.graph.shapeOf([x.shape[axis]])),
      [{ type: 'int64', shape: [inputs.length] }],
      { axis: 0 },
    );
    return gy.graph.add(
      'Split',
      [gy, ...sizes],
      inputs.map(({ shape }) => ({ shape })),
      { axis },
    );
  },
  Split: (_, { inputs: [x], outputs, attributes }, all) => {
    const axis = attributes.axis as number;
    const parts = outputs.map((y, i) => all[i] ?? o.filled(y.graph, 0, y.shape));
    return [o.concat(parts, axis, x.shape[axis])];
  },
  ReduceSum: (gy, node) => [o.expand(kept(gy, node), node.inputs[0].shape)],
  ReduceMean: (gy, node) => {
    const [x] = node.inputs;
    return [o.expand(o.div(kept(gy, node), count(x, node.facts.axes as number[])), x.shape)];
  },
  ReduceL2: (gy, node) => [o.mul(node.inputs[0], kept(o.div(gy, node.outputs[0]), node))],
  Softmax: (gy, { outputs: [y] }) => [o.mul(o.sub(gy, o.sum(o.mul(gy, y), [-1], { keep: true })), y)],
  LogSoftmax: (gy, { outputs: [y] }) => [o.sub(gy, o.mul(o.exp(y), o.sum(gy, [-1], { keep: true })))],
  // Ba et al., Layer Normalization (2016); the runtime hands over the mean and the inverse deviation.
  LayerNormalization: (gy, { inputs: [x, weight], outputs: [, centre, inverse] }) => {
    const normal = o.mul(o.sub(x, centre), inverse);
    const scaled = o.mul(gy, normal);
    const along = o.mul(normal, o.mean(o.mul(scaled, weight), [-1], { keep: true }));
    const flow = o.mul(gy, weight);
    const gx = o.mul(o.sub(o.sub(flow, o.mean(flow, [-1], { keep: true })), along), inverse);
    return [gx, scaled, gy];
  },
  SimplifiedLayerNormalization: (gy, { inputs: [x, weight], outputs: [, inverse] }) => {
    const normal = o.mul(x, inverse);
    const scaled = o.mul(gy, normal);
    const along = o.mul(normal, o.mean(o.mul(scaled, weight), [-1], { keep: true }));
    return [o.mul(o.sub(o.mul(gy, weight), along), inverse), scaled];
  },
};
