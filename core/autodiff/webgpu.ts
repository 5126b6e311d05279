import { cosine, sine } from './angles.ts';
import type { ElementType, Value } from './graph.ts';
import { copy, type LoweringTable } from './lower.ts';
import { ELEMENT } from './onnx.ts';
import * as o from './ops.ts';
import { counting, expand, reshape, size } from './runtime-shapes.ts';
import { broadcast, type Dim } from './shape.ts';

/*
 * What ONNX Runtime's WebGPU provider (1.30) lacks, or has only for types it does not have (int64): said in operators that it has, so that a
 * training step never leaves the device. Its kernels: onnxruntime/core/providers/webgpu/webgpu_execution_provider.cc.
 */
export const WEBGPU: LoweringTable = {
  FusedMatMul: (node, to) => {
    const { transA, transB, alpha } = node.facts as Required<o.MatMulOptions>;
    const [a, b] = node.inputs.map((x) => to.value(x)) as [Value, Value];
    if (a.shape.length === 2 && b.shape.length === 2)
      return to.graph.add('Gemm', [a, b], node.outputs, { transA: Number(transA), transB: Number(transB), alpha });
    const product = o.matMul(transA ? turned(a) : a, transB ? turned(b) : b);
    return [alpha === 1 ? product : o.mul(product, alpha)];
  },
  LogSoftmax: ({ inputs: [x] }, to) => {
    const value = to.value(x as Value);
    const most = [{ shape: value.shape.with(-1, 1) }];
    const [top] = to.graph.add('ReduceMax', [value, to.graph.int([-1])], most, { keepdims: 1 }) as [Value];
    const below = o.sub(value, top);
    return [o.sub(below, o.log(o.sum(o.exp(below), [-1], { keep: true })))];
  },
  // Positive less negative: NaN, of which nothing is greater, has the sign 0.
  Sign: ({ inputs: [x] }, to) => {
    const value = to.value(x as Value);
    const zero = to.graph.float(0);
    return [o.sub(truth('Greater', value, zero), truth('Less', value, zero))];
  },
  EyeLike: ({ outputs: [y] }, to) => {
    const [rows, columns] = (y as Value).shape as [Dim, Dim];
    return [truth('Equal', o.reshape(counting(rows, to), [rows, 1]), counting(columns, to))];
  },
  OneHot: ({ inputs: [indices], outputs: [y] }, to) => {
    const [depth, ...rest] = (y as Value).shape as [Dim, ...Dim[]];
    const classes = reshape(counting(depth, to), [depth, ...rest.map(() => 1)], to);
    return [truth('Equal', classes, cast(to.data(indices as Value), 'int32'))];
  },
  Range: ({ outputs: [y] }, to) => [counting((y as Value).shape[0] as Dim, to)],
  // There is nothing to be had by widening an int32.
  Cast: ({ inputs: [x], outputs: [y], attributes }, to) => {
    const type = attributes.to === ELEMENT.int64 ? 'int32' : (y as Value).type;
    return [cast(to.data(x as Value), type)];
  },
  Expand: ({ inputs: [x], outputs: [y] }, to) => [expand(to.data(x as Value), (y as Value).shape, to)],
  Reshape: (node, to) => {
    const [x, shape] = node.inputs as [Value, Value];
    // Read off another value: `recomputed` ties a layer to its gradient by that, and would be undone without.
    if (shape.node?.op === 'Shape') return copy(node, to);
    return [reshape(to.data(x), (node.outputs[0] as Value).shape, to)];
  },
  Unsqueeze: ({ inputs: [x], outputs: [y] }, to) => [reshape(to.data(x as Value), (y as Value).shape, to)],
  // ScatterND takes its indices only as int64, ScatterElements one for every element.
  ScatterND: ({ inputs: [table, indices, rows], outputs, scope }, to) => {
    const updates = to.value(rows as Value);
    const at = to.data(indices as Value);
    const [count] = at.shape as [Dim];
    if (at.shape.length !== 2 || at.shape[1] !== 1)
      throw new Error(`only whole rows are scattered on a GPU (${scope})`);
    const column = reshape(at, [count, ...updates.shape.slice(1).map(() => 1)], to);
    const spread = expand(column, updates.shape, to);
    return to.graph.add('ScatterElements', [to.value(table as Value), spread, updates], outputs, { axis: 0 });
  },
  // The provider's second output is the mean (as of 1.30), not the inverse root mean square that the gradient needs.
  SimplifiedLayerNormalization: ({ inputs: [x, weight], attributes }, to) => {
    const value = to.value(x as Value);
    const square = o.mean(o.mul(value, value), [-1], { keep: true });
    const inverse = o.div(to.graph.float(1), o.sqrt(o.add(square, attributes.epsilon as number)));
    return [o.mul(o.mul(value, inverse), to.value(weight as Value)), inverse];
  },
  // WGSL vouches for its own only between -π and π, and there to 2⁻¹¹ (https://www.w3.org/TR/WGSL/#concrete-float-accuracy).
  Sin: ({ inputs: [x] }, to) => [sine(to.value(x as Value))],
  Cos: ({ inputs: [x] }, to) => [cosine(to.value(x as Value))],
  // Parts whose sizes the graph itself computes, which would be on the CPU: rows are taken by number instead.
  Split: (node, to) => {
    const [x, given] = node.inputs as [Value, Value?];
    if (given && !given.node) return copy(node, to);
    const { outputs, attributes } = node;
    const value = to.value(x);
    const axis = attributes.axis as number;
    const sizes = outputs.map(({ shape }) => shape[axis] as Dim);
    if (new Set(sizes).size === 1)
      return to.graph.add('Split', [value], outputs, { axis, num_outputs: outputs.length });
    let first: Value | undefined;
    return outputs.map((output, i) => {
      const numbers = counting(sizes[i] as Dim, to);
      const taken = first ? o.add(numbers, first) : numbers;
      first = first ? o.add(first, size(sizes[i] as Dim, to)) : size(sizes[i] as Dim, to);
      return to.graph.add('Gather', [value, taken], [output], { axis })[0] as Value;
    });
  },
};

/** Its last two axes swapped. */
function turned(x: Value): Value {
  const axes = x.shape.map((_, axis) => axis);
  const [row, column] = axes.splice(-2) as [number, number];
  return o.transpose(x, [...axes, column, row]);
}

function cast(x: Value, type: ElementType): Value {
  if (x.type === type) return x;
  return x.graph.add('Cast', [x], [{ type, shape: x.shape }], { to: ELEMENT[type] })[0] as Value;
}

/** 1 where the comparison holds, else 0, as float32. */
function truth(comparison: 'Equal' | 'Greater' | 'Less', a: Value, b: Value): Value {
  const shape = broadcast(a.shape, b.shape);
  return cast(a.graph.add(comparison, [a, b], [{ type: 'bool', shape }])[0] as Value, 'float32');
}
