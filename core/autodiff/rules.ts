import type { Node, OperatorNode, Value } from './graph.ts';
import * as o from './ops.ts';
import { dimAt, elementCount, type Shape } from './shape.ts';

/**
 * The gradient rule of an operator. Returns the gradients of the node's inputs (undefined, or nothing at the end:
 * none); broadcasting of the inputs is undone by the caller.
 * @param gy Gradient of the node's first output that has one.
 * @param all Gradients of all outputs.
 */
export type Rule = (
  gy: Value,
  node: OperatorNode,
  all: readonly (Value | undefined)[],
) => readonly (Value | undefined)[];

const matrixProduct: Rule = (gy, { inputs: [a, b], metadata }) => {
  const { transA, transB, alpha } = metadata as Required<o.MatMulOptions>;
  return [
    transA ? o.matMul(b, gy, { transA: transB, transB: true, alpha }) : o.matMul(gy, b, { transB: !transB, alpha }),
    transB ? o.matMul(gy, a, { transA: true, transB: transA, alpha }) : o.matMul(a, gy, { transA: !transA, alpha }),
  ];
};

/** Gives a reduced value the axes back, with size 1, so that it broadcasts over what was reduced. */
const restoreAxes = (reduced: Value, { metadata }: Node) =>
  metadata.keep ? reduced : o.unsqueeze(reduced, metadata.axes as number[]);

/** Number of elements that a reduction over `axes` combines. */
const reducedCount = (x: Value, axes: readonly number[]): Value | number => {
  const shape: Shape = axes.map((axis) => dimAt(x.shape, axis));
  return elementCount(shape) ?? o.sum(o.filled(x.graph, 1, shape));
};

/**
 * Gradient rules by ONNX operator, for reverse accumulation
 * (https://en.wikipedia.org/wiki/Automatic_differentiation#Reverse_accumulation). The form follows tinygrad's
 * gradient.py.
 */
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
  MatMul: matrixProduct,
  FusedMatMul: matrixProduct,
  Gemm: (gy, { inputs: [a, b], metadata: { transA, transB } }) => [
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
    const inverse = perm.map((_, axis) => perm.indexOf(axis));
    return [o.transpose(gy, inverse)];
  },
  // ONNX Runtime's scatter operators race on repeated indices, so repeated rows are summed by a matrix product instead.
  Gather: (gy, { inputs: [table, indices], metadata: { distinct } }) => {
    if (distinct) return [o.scatterRows(gy, indices, table.shape)];
    const count = elementCount(indices.shape) ?? gy.graph.freshDim('rows');
    const flat = o.reshape(indices, [count]);
    const width = elementCount(table.shape.slice(1)) as number;
    const rows = o.matMul(o.oneHot(flat, dimAt(table.shape, 0)), o.reshape(gy, [count, width]));
    return [o.reshape(rows, table.shape)];
  },
  Concat: (gy, { inputs, attributes }) => {
    const axis = attributes.axis as number;
    const sizes = gy.graph.add(
      'Concat',
      inputs.map((x) => gy.graph.shapeOf([dimAt(x.shape, axis)])),
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
  ReduceSum: (gy, node) => [o.expand(restoreAxes(gy, node), node.inputs[0].shape)],
  ReduceMean: (gy, node) => {
    const [x] = node.inputs;
    return [o.expand(o.div(restoreAxes(gy, node), reducedCount(x, node.metadata.axes as number[])), x.shape)];
  },
  ReduceL2: (gy, node) => [o.mul(node.inputs[0], restoreAxes(o.div(gy, node.outputs[0]), node))],
  Softmax: (gy, { outputs: [y] }) => [o.mul(o.sub(gy, o.sum(o.mul(gy, y), [-1], { keep: true })), y)],
  LogSoftmax: (gy, { outputs: [y] }) => [o.sub(gy, o.mul(o.exp(y), o.sum(gy, [-1], { keep: true })))],
  // Ba et al. 2016, Layer Normalization. The operator's other outputs are the mean and the inverse standard deviation.
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
