import { Fault } from '../../contracts/fault.ts';
import { floatsInOneMemory, MOST_BYTES } from '../kernels/kernels.ts';

/** A trained tensor, with its moments and the gradient of the current step. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weights: Float32Array<ArrayBuffer>;
  /** Moments of AdamW: the running mean of the gradient, and that of its square. */
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  readonly gradient: Float32Array<ArrayBuffer>;
}

/** A tensor that is not trained. */
export type FrozenParameter = Pick<Parameter, 'name' | 'shape' | 'weights'>;

export function isTrained(parameter: Parameter | FrozenParameter): parameter is Parameter {
  return 'gradient' in parameter;
}

/** Arrays of a parameter: weights, two moments, gradient. */
const ARRAYS = 4;
/** Numbers in a tensor whose arrays fill a memory. */
const MOST_NUMBERS = MOST_BYTES / ARRAYS / Float32Array.BYTES_PER_ELEMENT;
/**
 * Tensors share a memory up to this many numbers (a gigabyte with all arrays), as each memory reserves eight gigabytes
 * of address space.
 */
const SHARED = 1 << 26;

/**
 * Zeroed parameters of these shapes, in memory that the kernels and ONNX Runtime share.
 * @param shared Numbers up to which tensors share a memory; default 2²⁶.
 * @throws Fault `input` if a tensor is larger than a memory, `exhausted` if the machine does not have enough memory.
 */
export function allocateParameters(shapes: ReadonlyMap<string, readonly number[]>, shared = SHARED): Parameter[] {
  const groups: { name: string; shape: readonly number[]; length: number }[][] = [];
  let room = 0;
  for (const [name, shape] of shapes) {
    const length = shape.reduce((n, dim) => n * dim, 1);
    if (length > MOST_NUMBERS) throw tooLarge(name, length);
    if (length > room) {
      groups.push([]);
      room = shared;
    }
    room -= length;
    groups.at(-1)?.push({ name, shape, length });
  }
  return groups.flatMap((group) => {
    const arrays = floatsInOneMemory(group.flatMap(({ length }) => Array.from({ length: ARRAYS }, () => length)));
    return group.map(({ name, shape }, i) => {
      const [weights, first, second, gradient] = arrays.slice(i * ARRAYS, (i + 1) * ARRAYS);
      return { name, shape, weights, first, second, gradient } as Parameter;
    });
  });
}

function tooLarge(name: string, length: number): Fault {
  return new Fault(
    'input',
    `${name} has ${Math.ceil(length / 1e6)} million numbers; training takes up to ${Math.floor(MOST_NUMBERS / 1e6)} million in one tensor.`,
    'Freeze the embeddings (freeze), train low-rank adapters (lora), or use a smaller model.',
  );
}
