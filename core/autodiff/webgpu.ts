import type { ElementType, Value } from './graph.ts';
import { copy, type LoweringTable } from './lower.ts';
import { ELEMENT } from './onnx.ts';
import * as o from './ops.ts';
import { expand, range, reshape, sizeOf } from './runtime-shapes.ts';
import { broadcast, type Dim, dimAt } from './shape.ts';
import { cosine, sine } from './sine-cosine.ts';

/**
 * Lowerings for ONNX Runtime's WebGPU provider (1.30): operators that it lacks, or has only for types that it does not
 * support (int64), expressed in operators that it has, so that a training step never leaves the device. The provider's
 * kernels are listed in onnxruntime/core/providers/webgpu/webgpu_execution_provider.cc.
 */
export const WEBGPU: LoweringTable = {
  FusedMatMul: (node, context) => {
    const { transA, transB, alpha } = node.metadata as Required<o.MatMulOptions>;
    const [a, b] = [context.value(node.inputs[0]), context.value(node.inputs[1])];
    if (a.shape.length === 2 && b.shape.length === 2)
      return context.graph.add('Gemm', [a, b], node.outputs, { transA: Number(transA), transB: Number(transB), alpha });
    const product = o.matMul(transA ? transposeLast(a) : a, transB ? transposeLast(b) : b);
    return [alpha === 1 ? product : o.mul(product, alpha)];
  },
  LogSoftmax: ({ inputs: [x] }, context) => {
    const value = context.value(x);
    const reduced = { shape: value.shape.with(-1, 1) };
    const [max] = context.graph.add('ReduceMax', [value, context.graph.int([-1])], [reduced], { keepdims: 1 });
    const shifted = o.sub(value, max);
    return [o.sub(shifted, o.log(o.sum(o.exp(shifted), [-1], { keep: true })))];
  },
  // [x > 0] − [x < 0]: this gives NaN the sign 0, because every comparison with NaN is false.
  Sign: ({ inputs: [x] }, context) => {
    const value = context.value(x);
    const zero = context.graph.float(0);
    return [o.sub(compare('Greater', value, zero), compare('Less', value, zero))];
  },
  EyeLike: ({ outputs: [y] }, context) => {
    const [rows, columns] = y.shape as [Dim, Dim];
    return [compare('Equal', o.reshape(range(rows, context), [rows, 1]), range(columns, context))];
  },
  OneHot: ({ inputs: [indices], outputs: [y] }, context) => {
    const [depth, ...rest] = y.shape as [Dim, ...Dim[]];
    const classes = reshape(range(depth, context), [depth, ...rest.map(() => 1)], context);
    return [compare('Equal', classes, cast(context.data(indices), 'int32'))];
  },
  Range: ({ outputs: [y] }, context) => [range(dimAt(y.shape, 0), context)],
  // The result of a cast to int64 stays int32: nothing here needs the width.
  Cast: ({ inputs: [x], outputs: [y], attributes }, context) => {
    const type = attributes.to === ELEMENT.int64 ? 'int32' : y.type;
    return [cast(context.data(x), type)];
  },
  Expand: ({ inputs: [x], outputs: [y] }, context) => [expand(context.data(x), y.shape, context)],
  Reshape: (node, context) => {
    const [x, shape] = node.inputs;
    // Invariant: a shape that is read from another value is kept, because `recomputed` uses it to make a layer depend
    // on its gradient.
    if (shape.node?.op === 'Shape') return copy(node, context);
    return [reshape(context.data(x), node.outputs[0].shape, context)];
  },
  Unsqueeze: ({ inputs: [x], outputs: [y] }, context) => [reshape(context.data(x), y.shape, context)],
  // ScatterND takes its indices only as int64; ScatterElements takes int32, one index for every element.
  ScatterND: ({ inputs: [table, indices, rows], outputs, scope }, context) => {
    const updates = context.value(rows);
    const at = context.data(indices);
    const [count] = at.shape as [Dim];
    if (at.shape.length !== 2 || at.shape[1] !== 1)
      throw new Error(`ScatterND can be lowered for WebGPU only if it scatters whole rows (in ${scope})`);
    const column = reshape(at, [count, ...updates.shape.slice(1).map(() => 1)], context);
    const spread = expand(column, updates.shape, context);
    return context.graph.add('ScatterElements', [context.value(table), spread, updates], outputs, { axis: 0 });
  },
  // The provider's second output is the mean (as of 1.30), not the inverse root mean square that the gradient needs.
  SimplifiedLayerNormalization: ({ inputs: [x, weight], attributes }, context) => {
    const value = context.value(x);
    const square = o.mean(o.mul(value, value), [-1], { keep: true });
    const inverse = o.div(context.graph.float(1), o.sqrt(o.add(square, attributes.epsilon as number)));
    return [o.mul(o.mul(value, inverse), context.value(weight)), inverse];
  },
  // WGSL guarantees its sine and cosine only between −π and π, and there to 2⁻¹¹
  // (https://www.w3.org/TR/WGSL/#concrete-float-accuracy).
  Sin: ({ inputs: [x] }, context) => [sine(context.value(x))],
  Cos: ({ inputs: [x] }, context) => [cosine(context.value(x))],
  // Sizes that the graph computes would be computed on the CPU, so such parts are gathered by row number instead.
  Split: (node, context) => {
    const [x, given]: readonly [Value, Value?, ...Value[]] = node.inputs;
    if (given && !given.node) return copy(node, context);
    const { outputs, attributes } = node;
    const value = context.value(x);
    const axis = attributes.axis as number;
    const sizes = outputs.map(({ shape }) => dimAt(shape, axis));
    if (new Set(sizes).size === 1)
      return context.graph.add('Split', [value], outputs, { axis, num_outputs: outputs.length });
    let start: Value | undefined;
    return outputs.map((output) => {
      const size = dimAt(output.shape, axis);
      const numbers = range(size, context);
      const indices = start ? o.add(numbers, start) : numbers;
      start = start ? o.add(start, sizeOf(size, context)) : sizeOf(size, context);
      return context.graph.add('Gather', [value, indices], [output], { axis })[0];
    });
  },
};

/** Swaps the last two axes. */
function transposeLast(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  const [row, column] = axes.splice(-2) as [number, number];
  return o.transpose(x, [...axes, column, row]);
}

function cast(x: Value, type: ElementType): Value {
  if (x.type === type) return x;
  return x.graph.add('Cast', [x], [{ type, shape: x.shape }], { to: ELEMENT[type] })[0];
}

/** 1 where the comparison holds, else 0, as float32. */
function compare(comparison: 'Equal' | 'Greater' | 'Less', a: Value, b: Value): Value {
  const shape = broadcast(a.shape, b.shape);
  return cast(a.graph.add(comparison, [a, b], [{ type: 'bool', shape }])[0], 'float32');
}
