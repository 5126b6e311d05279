import type { Attributes, ElementType, Graph, Node, OutputSpec, Value, ValueEach } from './graph.ts';
import { broadcast, type Dim, dimAt, elementCount, formatShape, isStatic, type Shape } from './shape.ts';

/*
 * One function for each ONNX operator (opset 18; `FusedMatMul` and `Gelu` are ONNX Runtime's own). It works out the
 * shape of the result, adds the node to the graph of its operands and returns the result. Operators are described at
 * https://onnx.ai/onnx/operators/ and in onnxruntime/docs/ContribOperators.md.
 */

function one(
  x: Value,
  op: string,
  inputs: readonly Value[],
  shape: Shape,
  attributes?: Attributes,
  metadata?: Node['metadata'],
  type: ElementType = 'float32',
): Value {
  return x.graph.add(op, inputs, [{ type, shape }], attributes, metadata)[0];
}

const elementwise = (op: string) => (x: Value) => one(x, op, [x], x.shape, undefined, undefined, x.type);
/** −x, element by element, as are the functions below. */
export const neg = elementwise('Neg');
/** eˣ. */
export const exp = elementwise('Exp');
/** The natural logarithm. */
export const log = elementwise('Log');
/** √x. */
export const sqrt = elementwise('Sqrt');
/** The Gauss error function. */
export const erf = elementwise('Erf');
/** The hyperbolic tangent. */
export const tanh = elementwise('Tanh');
/** max(x, 0). */
export const relu = elementwise('Relu');
/** −1, 0 or 1. Its gradient is zero. */
export const sign = elementwise('Sign');
/** |x|. */
export const abs = elementwise('Abs');
/** The sine of x in radians. */
export const sin = elementwise('Sin');
/** The cosine of x in radians. */
export const cos = elementwise('Cos');
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = elementwise('Sigmoid');
/** x·Φ(x), where Φ is the cumulative distribution function of the normal distribution (the exact form, with erf). */
export const gelu = elementwise('Gelu');

type Operand = Value | number;
const binary = (op: string) => (a: Value, b: Operand) => {
  const other = typeof b === 'number' ? a.graph.float(b) : b;
  return one(a, op, [a, other], broadcast(a.shape, other.shape), undefined, undefined, a.type);
};
/** a + b, broadcast. @throws Error if the shapes do not fit. */
export const add = binary('Add');
/** a − b, broadcast. @throws Error if the shapes do not fit. */
export const sub = binary('Sub');
/** a · b element by element, broadcast. @throws Error if the shapes do not fit. */
export const mul = binary('Mul');
/** a / b element by element, broadcast. @throws Error if the shapes do not fit. */
export const div = binary('Div');

export interface MatMulOptions {
  /** Swaps the last two axes of the left operand. Default false. */
  readonly transA?: boolean;
  /** Swaps the last two axes of the right operand. Default false. */
  readonly transB?: boolean;
  /** Factor on the product. Default 1. */
  readonly alpha?: number;
}

/**
 * alpha · A B over the last two axes; the axes before them are broadcast.
 * @param a [..., m, k], or [..., k, m] with `transA`.
 * @param b [..., k, n], or [..., n, k] with `transB`.
 * @returns [..., m, n].
 * @throws Error if the shapes do not fit.
 */
export function matMul(a: Value, b: Value, options: MatMulOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1 } = options;
  const [m, k] = transA ? [a.shape.at(-1), a.shape.at(-2)] : [a.shape.at(-2), a.shape.at(-1)];
  const [k2, n] = transB ? [b.shape.at(-1), b.shape.at(-2)] : [b.shape.at(-2), b.shape.at(-1)];
  if (k !== k2 || m === undefined || n === undefined) throw cannotMultiply(a, b, options);
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n];
  const metadata = { transA, transB, alpha };
  if (!transA && !transB && alpha === 1) return one(a, 'MatMul', [a, b], shape, {}, metadata);
  return one(a, 'FusedMatMul', [a, b], shape, { transA: Number(transA), transB: Number(transB), alpha }, metadata);
}

/**
 * A B (+ C) for matrices.
 * @param a [m, k], or [k, m] with `transA`.
 * @param b [k, n], or [n, k] with `transB`.
 * @param c Is broadcast to [m, n].
 * @returns [m, n].
 * @throws Error if the shapes do not fit.
 */
export function gemm(a: Value, b: Value, c?: Value, options: Omit<MatMulOptions, 'alpha'> = {}): Value {
  const { transA = false, transB = false } = options;
  const [m, k] = transA ? [a.shape[1], a.shape[0]] : a.shape;
  const [k2, n] = transB ? [b.shape[1], b.shape[0]] : b.shape;
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== k2 || m === undefined || n === undefined)
    throw cannotMultiply(a, b, options);
  if (c) broadcast([m, n], c.shape);
  const attributes = { transA: Number(transA), transB: Number(transB) };
  return one(a, 'Gemm', c ? [a, b, c] : [a, b], [m, n], attributes, { transA, transB });
}

function cannotMultiply(a: Value, b: Value, { transA, transB }: MatMulOptions): Error {
  const [left, right] = [`${formatShape(a.shape)}${transA ? 'ᵀ' : ''}`, `${formatShape(b.shape)}${transB ? 'ᵀ' : ''}`];
  return new Error(`cannot multiply ${left} by ${right}`);
}

/**
 * x Wᵀ (+ b): a dense layer.
 * @param x [rows, in].
 * @param weight [out, in], as PyTorch stores it.
 * @param bias [out].
 * @returns [rows, out].
 * @throws Error if the shapes do not fit.
 */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  return gemm(x, weight, bias, { transB: true });
}

/**
 * The same elements in row-major order under another shape.
 * @param shape One dimension may have a name that no value of the graph has yet; its size follows from the others.
 * @throws Error if both sizes are known and differ.
 */
export function reshape(x: Value, shape: Shape): Value {
  const named = shape.filter((dim) => typeof dim === 'string').length;
  const target =
    named === 1 ? x.graph.int(shape.map((dim) => (typeof dim === 'string' ? -1 : dim))) : x.graph.shapeOf(shape);
  const [before, after] = [elementCount(x.shape), elementCount(shape)];
  if (before !== undefined && after !== undefined && before !== after)
    throw new Error(`cannot reshape ${formatShape(x.shape)} to ${formatShape(shape)}`);
  return one(x, 'Reshape', [x, target], shape, undefined, undefined, x.type);
}

/** Reorders the axes: axis i of the result is axis `perm[i]` of `x`. @throws Error if `x` has no such axis. */
export function transpose(x: Value, perm: readonly number[]): Value {
  const shape = perm.map((axis) => dimAt(x.shape, axis));
  return one(x, 'Transpose', [x], shape, { perm }, undefined, x.type);
}

/** Inserts axes of size 1 at `axes` of the result, which must be ascending. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  const shape: Dim[] = [...x.shape];
  for (const axis of axes) shape.splice(axis, 0, 1);
  return one(x, 'Unsqueeze', [x, x.graph.int(axes)], shape, undefined, undefined, x.type);
}

/** Broadcasts to a shape. @throws Error if the shapes do not fit. */
export function expand(x: Value, shape: Shape): Value {
  broadcast(x.shape, shape);
  return one(x, 'Expand', [x, x.graph.shapeOf(shape)], shape, undefined, undefined, x.type);
}

/** A float32 tensor whose elements all are `number`. */
export function filled(graph: Graph, number: number, shape: Shape): Value {
  return expand(graph.float(number), shape);
}

/** 0, 1, 2, … up to `dim` − 1: int64 [dim]. */
export function range(graph: Graph, dim: Dim): Value {
  const end = reshape(graph.shapeOf([dim]), []);
  return one(end, 'Range', [graph.int(0), end, graph.int(1)], [dim], undefined, undefined, 'int64');
}

/**
 * Reads rows of a table.
 * @param table [rows, ...row].
 * @param indices int32 or int64 of any shape.
 * @param options.distinct Promises that no index occurs twice: the gradient is then a plain copy. Default false.
 * @returns [...indices, ...row].
 */
export function gather(table: Value, indices: Value, { distinct = false } = {}): Value {
  const shape = [...indices.shape, ...table.shape.slice(1)];
  return one(table, 'Gather', [table, indices], shape, { axis: 0 }, { distinct }, table.type);
}

/**
 * Joins tensors along an axis.
 * @param size Size or name of the joined dimension. Default: the sum of the sizes if all are known, else a new name.
 * @throws Error if `values` is empty.
 */
export function concat(values: readonly Value[], axis: number, size?: Dim): Value {
  const [first] = values;
  if (!first) throw new Error('concat needs at least one value');
  const sizes: Shape = values.map((value) => dimAt(value.shape, axis));
  const total = isStatic(sizes) ? sizes.reduce((a, b) => a + b, 0) : undefined;
  const shape = first.shape.with(axis, size ?? total ?? first.graph.freshDim('concat'));
  return one(first, 'Concat', values, shape, { axis }, undefined, first.type);
}

/** Splits an axis into equal parts. @throws Error if the size of the axis is known and not divisible by `parts`. */
export function split(x: Value, parts: 2, axis: number): [Value, Value];
export function split(x: Value, parts: 3, axis: number): [Value, Value, Value];
export function split(x: Value, parts: number, axis: number): Value[];
export function split(x: Value, parts: number, axis: number): Value[] {
  const whole = dimAt(x.shape, axis);
  if (typeof whole === 'number' && whole % parts !== 0)
    throw new Error(`axis ${axis} of ${formatShape(x.shape)} cannot be split into ${parts} equal parts`);
  const shape = x.shape.with(axis, typeof whole === 'number' ? whole / parts : x.graph.freshDim(`${whole}/${parts}`));
  const outputs = Array.from({ length: parts }, () => ({ type: x.type, shape }));
  return x.graph.add('Split', [x], outputs, { axis, num_outputs: parts });
}

/**
 * Splits an axis into parts of given sizes.
 * @param sizes int64 [parts]; may be computed when the graph runs.
 * @param dims Size or name of the axis in each part.
 * @returns One value for each of `dims`.
 */
export function splitAt<const Dims extends readonly Dim[]>(
  x: Value,
  sizes: Value,
  dims: Dims,
  axis: number,
): ValueEach<Dims>;
export function splitAt(x: Value, sizes: Value, dims: readonly Dim[], axis: number): Value[] {
  const outputs = dims.map((dim): OutputSpec => ({ type: x.type, shape: x.shape.with(axis, dim) }));
  return x.graph.add('Split', [x, sizes], outputs, { axis });
}

const reduction =
  (op: string) =>
  (x: Value, axes: readonly number[] = x.shape.map((_, axis) => axis), { keep = false } = {}) => {
    const over = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
    const shape = x.shape.flatMap((dim, axis) => (over.includes(axis) ? (keep ? [1] : []) : [dim]));
    return one(x, op, [x, x.graph.int(over)], shape, { keepdims: Number(keep) }, { axes: over, keep });
  };
/**
 * The sum over `axes` (negative ones count from the end; default: all). The axes are removed, or kept with size 1 if
 * `keep` is set. `mean` and `norm` take the same arguments.
 */
export const sum = reduction('ReduceSum');
/** The mean over `axes`. */
export const mean = reduction('ReduceMean');
/** The Euclidean norm over `axes`. */
export const norm = reduction('ReduceL2');

/** Softmax over the last axis. */
export const softmax = (x: Value) => one(x, 'Softmax', [x], x.shape, { axis: -1 });
/** The logarithm of softmax over the last axis. */
export const logSoftmax = (x: Value) => one(x, 'LogSoftmax', [x], x.shape, { axis: -1 });

/**
 * Normalises the last axis to mean 0 and variance 1, then multiplies by `weight` and adds `bias` (Ba et al. 2016, Layer
 * Normalization).
 * @param weight,bias [width], the size of the last axis.
 * @param epsilon Is added to the variance.
 */
export function layerNorm(x: Value, weight: Value, bias: Value | undefined, epsilon: number): Value {
  const reduced = { shape: x.shape.with(-1, 1) };
  const inputs = bias ? [x, weight, bias] : [x, weight];
  // The mean and the inverse standard deviation are outputs because the gradient needs them.
  return x.graph.add('LayerNormalization', inputs, [{ shape: x.shape }, reduced, reduced], { axis: -1, epsilon })[0];
}

/**
 * Normalises the last axis to a root mean square of 1, then multiplies by `weight` (Zhang and Sennrich 2019, RMSNorm).
 * @param weight [width], the size of the last axis.
 * @param epsilon Is added to the mean square.
 */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  const outputs = [{ shape: x.shape }, { shape: x.shape.with(-1, 1) }] as const;
  return x.graph.add('SimplifiedLayerNormalization', [x, weight], outputs, { axis: -1, epsilon })[0];
}

/** The identity matrix of the shape of `x`, float32 [rows, columns]. */
export const eyeLike = (x: Value) => one(x, 'EyeLike', [x], x.shape, { dtype: 1 });

/** Integers or booleans as float32. */
export const toFloat = (x: Value) => one(x, 'Cast', [x], x.shape, { to: 1 });

/** One-hot columns, float32 [depth, ...n]: column i has a 1 in row `indices[i]` (int32 or int64 [...n]). */
export function oneHot(indices: Value, depth: Dim): Value {
  const { graph } = indices;
  const size = typeof depth === 'number' ? graph.int([depth]) : graph.shapeOf([depth]);
  return one(indices, 'OneHot', [toInt64(indices), size, graph.float([0, 1])], [depth, ...indices.shape], { axis: 0 });
}

/** Numbers as int32; fractions are cut off. */
export const toInt32 = (x: Value) => one(x, 'Cast', [x], x.shape, { to: 6 }, undefined, 'int32');

const toInt64 = (x: Value) => (x.type === 'int64' ? x : one(x, 'Cast', [x], x.shape, { to: 7 }, undefined, 'int64'));

/**
 * Writes rows into a tensor of zeros: row `indices[i]` of the result is `rows[i]`.
 * @param rows [n, ...row].
 * @param indices int32 or int64 [n]. No index may occur twice.
 * @param shape Shape of the result, [size, ...row].
 */
export function scatterRows(rows: Value, indices: Value, shape: Shape): Value {
  return one(rows, 'ScatterND', [filled(rows.graph, 0, shape), unsqueeze(toInt64(indices), [1]), rows], shape);
}
