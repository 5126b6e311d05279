import { floatsInOneMemory } from './kernels/kernels.ts';

/** A tensor under training, with its moments and the gradient of the step at hand. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weights: Float32Array<ArrayBuffer>;
  /** Running means of the gradient and of its square. */
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;
}

/** A tensor that training leaves as it is. */
export type FrozenParameter = Pick<Parameter, 'name' | 'shape' | 'weights'>;

export function isTrained(parameter: Parameter | FrozenParameter): parameter is Parameter {
  return 'gradient' in parameter;
}

/** Parts of a parameter that lie in memory: weights, moments, gradient. */
const PARTS = 4;
/** Small tensors share a memory up to this many numbers, as each takes at least a page of 64 KiB. */
const SHARED = 1 << 22;

/** Zeroed parameters of these shapes, in memory that kernels and ONNX Runtime share. */
export function allocateParameters(shapes: ReadonlyMap<string, readonly number[]>): Parameter[] {
  const groups: { name: string; shape: readonly number[]; length: number }[][] = [];
  let room = 0;
  for (const [name, shape] of shapes) {
    const length = shape.reduce((n, dim) => n * dim, 1);
    if (length > room) {
      groups.push([]);
      room = SHARED;
    }
    room -= length;
    groups.at(-1)?.push({ name, shape, length });
  }
  return groups.flatMap((group) => {
    const arrays = floatsInOneMemory(group.flatMap(({ length }) => Array.from({ length: PARTS }, () => length)));
    return group.map(({ name, shape }, i) => {
      const [weights, first, second, gradient] = arrays.slice(i * PARTS, (i + 1) * PARTS);
      return { name, shape, weights, first, second, gradient } as Parameter;
    });
  });
}
