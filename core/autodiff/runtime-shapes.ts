import type { Value } from './graph.ts';
import type { LoweringContext } from './lower.ts';
import { add } from './ops.ts';
import { broadcast, type Dim, type Shape } from './shape.ts';

/*
 * Operations over shapes that are known only when the graph runs, without arithmetic on shapes: that would be int64,
 * which GPU providers leave to the CPU.
 */

/** 0, 1, 2, … up to `dim` − 1: int32 [dim]. */
export function range(dim: Dim, context: LoweringContext): Value {
  const { graph } = context;
  if (typeof dim === 'number') return graph.int([...Array(dim).keys()], [dim], 'int32');
  return context.once(`range ${dim}`, () => {
    const ones = expand(graph.int(1, [], 'int32'), [dim], context);
    const axis = graph.int(0, [], 'int32');
    return graph.add('CumSum', [ones, axis], [{ type: 'int32', shape: [dim] }], { exclusive: 1 })[0];
  });
}

/** The size of a dimension, an int32 scalar. */
export function sizeOf(dim: Dim, context: LoweringContext): Value {
  if (typeof dim === 'number') return context.graph.int(dim, [], 'int32');
  return context.once(`size ${dim}`, () => {
    const ones = expand(context.graph.int(1, [], 'int32'), [dim], context);
    return context.graph.add('ReduceSum', [ones], [{ type: 'int32', shape: [] }], { keepdims: 0 })[0];
  });
}

/** Broadcasts a value to a shape. */
export function expand(x: Value, shape: Shape, context: LoweringContext): Value {
  return context.once(`${x.name} as ${shape}`, () => {
    const target = context.shape(shape);
    return target ? expandTo(x, target, shape) : expandAxisByAxis(x, shape, context);
  });
}

function expandTo(x: Value, target: Value, shape: Shape): Value {
  return x.graph.add('Expand', [x, target], [{ type: x.type, shape }])[0];
}

/** For a shape that no value has: known sizes are expanded to directly, the others by adding zeros. */
function expandAxisByAxis(x: Value, shape: Shape, context: LoweringContext): Value {
  const { graph, type } = x;
  const known = shape.map((dim) => (typeof dim === 'number' ? dim : 1));
  const start = expandTo(x, graph.int(known), broadcast(x.shape, known));
  return shape.reduce((value: Value, dim, axis) => {
    if (value.shape[axis] === dim) return value;
    const zeros = expand(type === 'int32' ? graph.int(0, [], 'int32') : graph.float(0), [dim], context);
    const alongAxis = shape.map((_, i) => (i === axis ? dim : 1));
    return add(value, reshape(zeros, alongAxis, context));
  }, start);
}

/** Reshapes without computing a shape where possible: ONNX copies a dimension for 0 and infers one dimension for −1. */
export function reshape(x: Value, shape: Shape, context: LoweringContext): Value {
  const target = shape.map((dim, axis) => (typeof dim === 'number' ? dim : dim === x.shape[axis] ? 0 : -1));
  const inferred = target.filter((dim) => dim === -1).length;
  const vector = inferred <= 1 ? context.graph.int(target) : (context.shape(shape) ?? context.graph.shapeOf(shape));
  return context.graph.add('Reshape', [x, vector], [{ type: x.type, shape }])[0];
}
