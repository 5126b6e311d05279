import type { Value } from './graph.ts';
import type { Lowered } from './lower.ts';
import { add } from './ops.ts';
import { broadcast, type Dim, type Shape } from './shape.ts';

/*
 * Shapes that are known only when the graph runs, without arithmetic on them: that is int64, which a GPU leaves to the CPU.
 */

/** 0, 1, 2… as many as the dimension counts, int32. */
export function counting(dim: Dim, to: Lowered): Value {
  const { graph } = to;
  if (typeof dim === 'number') return graph.int([...Array(dim).keys()], [dim], 'int32');
  return to.once(`counting ${dim}`, () => {
    const ones = expand(graph.int(1, [], 'int32'), [dim], to);
    const axis = graph.int(0, [], 'int32');
    return graph.add('CumSum', [ones, axis], [{ type: 'int32', shape: [dim] }], { exclusive: 1 })[0];
  });
}

/** The dimension itself, an int32 scalar. */
export function size(dim: Dim, to: Lowered): Value {
  if (typeof dim === 'number') return to.graph.int(dim, [], 'int32');
  return to.once(`size ${dim}`, () => {
    const ones = expand(to.graph.int(1, [], 'int32'), [dim], to);
    return to.graph.add('ReduceSum', [ones], [{ type: 'int32', shape: [] }], { keepdims: 0 })[0];
  });
}

/** Of the same shape or stretched to it. */
export function expand(x: Value, shape: Shape, to: Lowered): Value {
  return to.once(`${x.name} as ${shape}`, () => {
    const target = to.shape(shape);
    return target ? stretched(x, target, shape) : axisByAxis(x, shape, to);
  });
}

function stretched(x: Value, target: Value, shape: Shape): Value {
  return x.graph.add('Expand', [x, target], [{ type: x.type, shape }])[0] as Value;
}

/** No one value has this shape: sizes that are known are stretched to as such, the others by adding zeros. */
function axisByAxis(x: Value, shape: Shape, to: Lowered): Value {
  const { graph, type } = x;
  const known = shape.map((dim) => (typeof dim === 'number' ? dim : 1));
  const start = stretched(x, graph.int(known), broadcast(x.shape, known));
  return shape.reduce((value: Value, dim, axis) => {
    if (value.shape[axis] === dim) return value;
    const zeros = expand(type === 'int32' ? graph.int(0, [], 'int32') : graph.float(0), [dim], to);
    const alongAxis = shape.map((_, i) => (i === axis ? dim : 1));
    return add(value, reshape(zeros, alongAxis, to));
  }, start);
}

/** Without a shape that has to be computed: a dimension stays where it is, and one may follow from the others. */
export function reshape(x: Value, shape: Shape, to: Lowered): Value {
  const target = shape.map((dim, axis) => (typeof dim === 'number' ? dim : dim === x.shape[axis] ? 0 : -1));
  const open = target.filter((dim) => dim === -1).length;
  const vector = open <= 1 ? to.graph.int(target) : (to.shape(shape) ?? to.graph.shapeOf(shape));
  return to.graph.add('Reshape', [x, vector], [{ type: x.type, shape }])[0] as Value;
}
