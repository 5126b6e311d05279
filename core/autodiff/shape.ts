/** One dimension: its size, or a name for a size that is known only when the graph runs. */
export type Dim = number | string;
/** Dimensions from the outermost axis to the innermost; `[]` is a scalar. */
export type Shape = readonly Dim[];

/** A shape as text for messages: `[rows, 2]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/**
 * The dimension at an axis; negative axes count from the end.
 * @throws Error if the shape has no such axis.
 */
export function dimAt(shape: Shape, axis: number): Dim {
  const dim = shape.at(axis);
  if (dim === undefined) throw new Error(`shape ${formatShape(shape)} has no axis ${axis}`);
  return dim;
}

/** Whether every dimension is a number, so that the size is known before the graph runs. */
export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dim) => typeof dim === 'number');
}

/** Number of elements; undefined if a dimension has only a name. */
export function elementCount(shape: Shape): number | undefined {
  return isStatic(shape) ? shape.reduce((count, dim) => count * dim, 1) : undefined;
}

/**
 * Result shape of two operands under NumPy's broadcasting rules, which ONNX uses too.
 * Only a literal 1 is stretched: a named dimension equals itself and nothing else.
 * @throws Error if the shapes cannot be broadcast together.
 */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new Error(`shapes ${formatShape(a)} and ${formatShape(b)} cannot be broadcast together`);
  });
}

/** Axes of `result` that broadcasting added in front of `operand` or stretched from size 1. */
export function broadcastAxes(result: Shape, operand: Shape): number[] {
  const added = result.length - operand.length;
  return result.flatMap((dim, axis) => (axis < added || (operand[axis - added] === 1 && dim !== 1) ? [axis] : []));
}
