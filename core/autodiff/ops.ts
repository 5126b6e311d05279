import type { Attributes, ElementType, Graph, Node, Value } from './graph.ts';
import { broadcast, type Dim, elements, type Shape, show } from './shape.ts';

/*
 * One function an ONNX operator (opset 18; `FusedMatMul` and `Gelu` are ONNX Runtime's own): it works out the result's shape and adds
 * the node. https://onnx.ai/onnx/operators/ and onnxruntime/docs/ContribOperators.md say what each computes.
 */

function one(
  x: Value,
  op: string,
  inputs: readonly Value[],
  shape: Shape,
  attributes?: Attributes,
  facts?: Node['facts'],
  type: ElementType = 'float32',
): Value {
  return x.graph.add(op, inputs, [{ type, shape }], attributes, facts)[0];
}

const map = (op: string) => (x: Value) => one(x, op, [x], x.shape, undefined, undefined, x.type);
export const neg = map('Neg');
export const exp = map('Exp');
export const log = map('Log');
export const sqrt = map('Sqrt');
export const erf = map('Erf');
export const tanh = map('Tanh');
export const relu = map('Relu');
export const sign = map('Sign');
export const abs = map('Abs');
export const sin = map('Sin');
export const cos = map('Cos');
export const sigmoid = map('Sigmoid');
/** x·Φ(x), Φ the normal distribution's cumulative function (exact, by erf). */
export const gelu = map('Gelu');

type Operand = Value | number;
const combine = (op: string) => (a: Value, b: Operand) => {
  const other = typeof b === 'number' ? a.graph.float(b) : b;
  return one(a, op, [a, other], broadcast(a.shape, other.shape), undefined, undefined, a.type);
};
export const add = combine('Add');
export const sub = combine('Sub');
export const mul = combine('Mul');
export const div = combine('Div');

export interface MatMulOptions {
  /** Swap the last two axes of the left operand. */
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor on the product. */
  readonly alpha?: number;
}

/** alpha · A B over the last two axes, the others broadcast; both operands have rank 2 or more. */
export function matMul(a: Value, b: Value, options: MatMulOptions = {}): Value {
  const { transA = false, transB = false, alpha = 1 } = options;
  const [m, k] = transA ? [a.shape.at(-1), a.shape.at(-2)] : [a.shape.at(-2), a.shape.at(-1)];
  const [k2, n] = transB ? [b.shape.at(-1), b.shape.at(-2)] : [b.shape.at(-2), b.shape.at(-1)];
  if (k !== k2 || m === undefined || n === undefined)
    throw new Error(`cannot multiply ${show(a.shape)}${transA ? 'ᵀ' : ''} by ${show(b.shape)}${transB ? 'ᵀ' : ''}`);
  const shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n];
  const facts = { transA, transB, alpha };
  if (!transA && !transB && alpha === 1) return one(a, 'MatMul', [a, b], shape, {}, facts);
  return one(a, 'FusedMatMul', [a, b], shape, { transA: Number(transA), transB: Number(transB), alpha }, facts);
}

/** A B (+ C, broadcast) for matrices, either of them transposed. */
export function gemm(a: Value, b: Value, c?: Value, options: Omit<MatMulOptions, 'alpha'> = {}): Value {
  const { transA = false, transB = false } = options;
  const [m, k] = transA ? [a.shape[1], a.shape[0]] : a.shape;
  const [k2, n] = transB ? [b.shape[1], b.shape[0]] : b.shape;
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== k2)
    throw new Error(`cannot multiply ${show(a.shape)}${transA ? 'ᵀ' : ''} by ${show(b.shape)}${transB ? 'ᵀ' : ''}`);
  const shape = [m as Dim, n as Dim];
  if (c) broadcast(shape, c.shape);
  const attributes = { transA: Number(transA), transB: Number(transB) };
  return one(a, 'Gemm', c ? [a, b, c] : [a, b], shape, attributes, { transA, transB });
}

/** x Wᵀ (+ b): a dense layer whose weight lies as PyTorch stores it, [out, in]. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  return gemm(x, weight, bias, { transB: true });
}

/** At most one dimension may be one whose size nothing in the graph knows yet. */
export function reshape(x: Value, shape: Shape): Value {
  const named = shape.filter((dim) => typeof dim === 'string').length;
  const target =
    named === 1 ? x.graph.int(shape.map((dim) => (typeof dim === 'string' ? -1 : dim))) : x.graph.shapeOf(shape);
  const [before, after] = [elements(x.shape), elements(shape)];
  if (before !== undefined && after !== undefined && before !== after)
    throw new Error(`cannot reshape ${show(x.shape)} to ${show(shape)}`);
  return one(x, 'Reshape', [x, target], shape, undefined, undefined, x.type);
}

export function transpose(x: Value, perm: readonly number[]): Value {
  const shape = perm.map((axis) => x.shape[axis]);
  return one(x, 'Transpose', [x], shape, { perm }, undefined, x.type);
}

/** Puts axes of size 1 where `axes` (of the result, ascending) say. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  const shape: Dim[] = [...x.shape];
  for (const axis of axes) shape.splice(axis, 0, 1);
  return one(x, 'Unsqueeze', [x, x.graph.int(axes)], shape, undefined, undefined, x.type);
}

export function expand(x: Value, shape: Shape): Value {
  broadcast(x.shape, shape);
  return one(x, 'Expand', [x, x.graph.shapeOf(shape)], shape, undefined, undefined, x.type);
}

/** A tensor of one number. */
export function filled(graph: Graph, number: number, shape: Shape): Value {
  return expand(graph.float(number), shape);
}

/** 0, 1, 2… as many as `dim` counts, int64. */
export function range(graph: Graph, dim: Dim): Value {
  const end = reshape(graph.shapeOf([dim]), []);
  return one(end, 'Range', [graph.int(0), end, graph.int(1)], [dim], undefined, undefined, 'int64');
}

/**
 * Rows of `table` (its first axis) by int64 `indices` of any shape.
 * `distinct` promises that no row is taken twice, which makes the gradient a plain copy back.
 */
export function gather(table: Value, indices: Value, { distinct = false } = {}): Value {
  const shape = [...indices.shape, ...table.shape.slice(1)];
  return one(table, 'Gather', [table, indices], shape, { axis: 0 }, { distinct }, table.type);
}

/** @param size What the dimension comes to, where that has a name already. */
export function concat(values: readonly Value[], axis: number, size?: Dim): Value {
  const [first] = values as [Value];
  const sizes = values.map((value) => value.shape[axis]);
  const total = elements(sizes) === undefined ? undefined : (sizes as number[]).reduce((a, b) => a + b, 0);
  const shape = first.shape.with(axis, size ?? total ?? first.graph.freshDim('concat'));
  return one(first, 'Concat', values, shape, { axis }, undefined, first.type);
}

/** Equal parts along an axis. */
export function split(x: Value, parts: number, axis: number): Value[] {
  const whole = x.shape[axis];
  if (typeof whole === 'number' && whole % parts !== 0)
    throw new Error(`axis ${axis} of ${show(x.shape)} does not split into ${parts}`);
  const shape = x.shape.with(axis, typeof whole === 'number' ? whole / parts : x.graph.freshDim(`${whole}/${parts}`));
  const outputs = Array.from({ length: parts }, () => ({ type: x.type, shape }));
  return x.graph.add('Split', [x], outputs, { axis, num_outputs: parts });
}

/**
 * Parts of the sizes given along an axis.
 * @param sizes int64 [parts]: known when the graph runs, where `dims` gives the sizes names.
 */
export function splitAt(x: Value, sizes: Value, dims: readonly Dim[], axis: number): Value[] {
  const outputs = dims.map((dim) => ({ type: x.type, shape: x.shape.with(axis, dim) }));
  return x.graph.add('Split', [x, sizes], outputs, { axis });
}

const reduce =
  (op: string) =>
  (x: Value, axes: readonly number[] = x.shape.map((_, axis) => axis), { keep = false } = {}) => {
    const at = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
    const shape = x.shape.flatMap((dim, axis) => (at.includes(axis) ? (keep ? [1] : []) : [dim]));
    return one(x, op, [x, x.graph.int(at)], shape, { keepdims: Number(keep) }, { axes: at, keep });
  };
/** Over `axes` (negative ones count from the end; default: all), dropped unless `keep`. */
export const sum = reduce('ReduceSum');
export const mean = reduce('ReduceMean');
/** The Euclidean norm. */
export const norm = reduce('ReduceL2');

/** Over the last axis, as are the two below. */
export const softmax = (x: Value) => one(x, 'Softmax', [x], x.shape, { axis: -1 });
export const logSoftmax = (x: Value) => one(x, 'LogSoftmax', [x], x.shape, { axis: -1 });

/** To mean 0 and variance 1 over the last axis, then times `weight` (plus `bias`). */
export function layerNorm(x: Value, weight: Value, bias: Value | undefined, epsilon: number): Value {
  const reduced = x.shape.with(-1, 1);
  const outputs = [{ shape: x.shape }, { shape: reduced }, { shape: reduced }];
  return x.graph.add('LayerNormalization', bias ? [x, weight, bias] : [x, weight], outputs, { axis: -1, epsilon })[0];
}

/** To root mean square 1 over the last axis, then times `weight` (Zhang and Sennrich 2019, RMSNorm). */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  const outputs = [{ shape: x.shape }, { shape: x.shape.with(-1, 1) }];
  return x.graph.add('SimplifiedLayerNormalization', [x, weight], outputs, { axis: -1, epsilon })[0];
}

/** The identity matrix of a square matrix's size. */
export const eyeLike = (x: Value) => one(x, 'EyeLike', [x], x.shape, { dtype: 1 });

/** Integers to float32. */
export const toFloat = (x: Value) => one(x, 'Cast', [x], x.shape, { to: 1 });

/** [depth, n]: column i has its 1 in row `indices[i]`. */
export function oneHot(indices: Value, depth: Dim): Value {
  const { graph } = indices;
  const size = typeof depth === 'number' ? graph.int([depth]) : graph.shapeOf([depth]);
  return one(indices, 'OneHot', [toInt64(indices), size, graph.float([0, 1])], [depth, ...indices.shape], { axis: 0 });
}

export const toInt32 = (x: Value) => one(x, 'Cast', [x], x.shape, { to: 6 }, undefined, 'int32');

/** Integers of any width to int64. */
const toInt64 = (x: Value) => (x.type === 'int64' ? x : one(x, 'Cast', [x], x.shape, { to: 7 }, undefined, 'int64'));

/** A zero tensor of `shape` in which row `indices[i]` is `rows[i]`; no index may stand twice. */
export function scatterRows(rows: Value, indices: Value, shape: Shape): Value {
  return one(rows, 'ScatterND', [filled(rows.graph, 0, shape), unsqueeze(toInt64(indices), [1]), rows], shape);
}
