import fc from 'fast-check';
import type { Value } from './index.ts';
import * as o from './ops.ts';

/** A computation whose gradient is checked. */
export interface Case {
  /** Shapes of the differentiable inputs. */
  readonly shapes: readonly (readonly number[])[];
  /** Range from which the inputs are drawn. Default: −2 to 2. */
  readonly from?: readonly [number, number] | undefined;
  readonly build: (inputs: [Value, Value, Value]) => Value;
}

const size = fc.integer({ min: 1, max: 4 });
const shape = fc.array(size, { minLength: 1, maxLength: 3 });
/** Two shapes that broadcast: one lacks leading axes of the other, or has size 1 on some axes. */
const pair = fc
  .tuple(shape, fc.nat(3), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), fc.boolean())
  .map(([whole, cut, ones, swap]) => {
    const part = whole.map((n, i) => (ones[i] ? 1 : n)).slice(Math.min(cut, whole.length));
    return swap ? [part, whole] : [whole, part];
  });
const both = (build: (a: Value, b: Value) => Value, from?: [number, number]) =>
  pair.map((shapes): Case => ({ shapes, build: ([a, b]) => build(a, b), from }));
const each = (build: (x: Value) => Value, from?: [number, number]) =>
  shape.map((s): Case => ({ shapes: [s], build: ([x]) => build(x), from }));
const products = fc.record({
  m: size,
  k: size,
  n: size,
  batch: fc.constantFrom<[number[], number[]]>([[], []], [[2], [2]], [[2], []], [[3, 1], [2]]),
  transA: fc.boolean(),
  transB: fc.boolean(),
});
const axes = fc.record({
  s: fc.tuple(size, size, size),
  over: fc.subarray([0, 1, 2], { minLength: 1 }),
  keep: fc.boolean(),
});

const reduction = (build: typeof o.sum, from?: [number, number]) =>
  axes.map(({ s, over, keep }): Case => ({ shapes: [s], build: ([x]) => build(x, over, { keep }), from }));

/** Cases for each operator that has a gradient rule, with random shapes. */
export const CASES: Record<string, fc.Arbitrary<Case>> = {
  Add: both(o.add),
  Sub: both(o.sub),
  Mul: both(o.mul),
  Div: both(o.div, [0.5, 2]),
  Neg: each(o.neg),
  Exp: each(o.exp),
  Log: each(o.log, [0.5, 2]),
  Sqrt: each(o.sqrt, [0.5, 2]),
  Erf: each(o.erf),
  Tanh: each(o.tanh),
  Relu: each((x) => o.add(o.relu(x), o.relu(o.neg(o.add(x, 5)))), [0.1, 2]),
  Sign: each((x) => o.add(o.sign(x), x), [0.1, 2]),
  Gelu: each(o.gelu),
  Sin: each(o.sin),
  Cos: each(o.cos),
  Abs: each(o.abs, [0.1, 2]),
  Sigmoid: each(o.sigmoid),
  MatMul: products.map(({ m, k, n, batch: [a, b] }) => ({
    shapes: [
      [...a, m, k],
      [...b, k, n],
    ],
    build: ([x, y]) => o.matMul(x, y),
  })),
  FusedMatMul: products.map(({ m, k, n, batch: [a, b], transA, transB }) => ({
    shapes: [
      [...a, ...(transA ? [k, m] : [m, k])],
      [...b, ...(transB ? [n, k] : [k, n])],
    ],
    build: ([x, y]) => o.matMul(x, y, { transA, transB, alpha: 0.7 }),
  })),
  Gemm: products.map(({ m, k, n, transA, transB }) => ({
    shapes: [transA ? [k, m] : [m, k], transB ? [n, k] : [k, n], [n]],
    build: ([x, y, z]) => o.gemm(x, y, z, { transA, transB }),
  })),
  EyeLike: size.map((n) => ({ shapes: [[n, n]], build: ([x]) => o.mul(x, o.eyeLike(x)) })),
  Reshape: fc.tuple(size, size, size).map(([a, b, c]) => ({
    shapes: [[a, b, c]],
    build: ([x]) => o.mul(o.reshape(x, [c, a * b]), o.reshape(x, [c, a * b])),
  })),
  Unsqueeze: fc.tuple(size, size).map(([a, b]) => ({ shapes: [[a, b]], build: ([x]) => o.unsqueeze(x, [0, 2]) })),
  Expand: fc.tuple(size, size).map(([a, b]) => ({ shapes: [[1, b]], build: ([x]) => o.expand(x, [a, b]) })),
  Transpose: fc
    .tuple(size, size, size, fc.constantFrom([0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 2, 1]))
    .map(([a, b, c, perm]) => ({
      shapes: [[a, b, c]],
      build: ([x]) => o.transpose(x, perm),
    })),
  Gather: fc
    .tuple(size, size, fc.boolean(), fc.array(fc.nat(), { minLength: 1, maxLength: 8 }))
    .map(([rows, width, distinct, wanted]) => {
      const indices = wanted.map((i) => i % rows);
      return {
        shapes: [[rows, width]],
        build: ([x]) => o.gather(x, x.graph.int(distinct ? [...new Set(indices)] : indices), { distinct }),
      };
    }),
  Concat: fc.tuple(size, size, size).map(([a, b, c]) => ({
    shapes: [
      [a, b],
      [a, c],
    ],
    build: ([x, y]) => o.concat([x, y, x], 1),
  })),
  Split: fc.tuple(size, size).map(([a, b]) => ({
    shapes: [[3 * a, b]],
    build: ([x]) => {
      const [first, , last] = o.split(x, 3, 0);
      const [top, rest] = o.splitAt(x, x.graph.int([a, 2 * a]), [a, 2 * a], 0);
      return o.add(o.mul(first, last), o.mul(top, o.sum(o.exp(rest))));
    },
  })),
  ReduceSum: reduction(o.sum),
  ReduceMean: reduction(o.mean),
  ReduceL2: reduction(o.norm, [0.5, 2]),
  Softmax: each(o.softmax),
  LogSoftmax: each(o.logSoftmax),
  LayerNormalization: fc.tuple(size, fc.integer({ min: 2, max: 5 })).map(([rows, width]) => ({
    shapes: [[rows, width], [width], [width]],
    // With an epsilon as large as the variance, rows of almost equal numbers stay differentiable in float32.
    build: ([x, w, b]) => o.add(o.layerNorm(x, w, b, 0.5), o.layerNorm(x, w, undefined, 0.5)),
  })),
  SimplifiedLayerNormalization: fc.tuple(size, fc.integer({ min: 2, max: 5 })).map(([rows, width]) => ({
    shapes: [[rows, width], [width]],
    build: ([x, w]) => o.rmsNorm(x, w, 0.5),
  })),
};

/** The size as a named dimension, except for 1, which broadcasts. */
export function dimension(size: number): string | number {
  return size === 1 ? 1 : `n${size}`;
}
