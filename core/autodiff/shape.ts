/** A dimension: its size, or the name of a size known only when the graph runs. */
export type Dim = number | string;
export type Shape = readonly Dim[];

export function show(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/**
 * The shape two operands come to under NumPy's broadcasting, as ONNX defines it.
 * Only a literal 1 stretches: a named dimension is taken to be equal to itself and to nothing else.
 * @throws Error if the shapes do not fit.
 */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new Error(`shapes ${show(a)} and ${show(b)} do not fit together`);
  });
}

/** The axes of `from` that were stretched, or put in front, to make it out of `to`. */
export function stretchedAxes(from: Shape, to: Shape): number[] {
  const lead = from.length - to.length;
  return from.flatMap((dim, axis) => (axis < lead || (to[axis - lead] === 1 && dim !== 1) ? [axis] : []));
}

/** Number of elements, or undefined where a dimension has only a name. */
export function elements(shape: Shape): number | undefined {
  return shape.reduce<number | undefined>(
    (n, dim) => (n === undefined || typeof dim === 'string' ? undefined : n * dim),
    1,
  );
}
