import { Fault } from '../../contracts/fault.ts';
import { floatsInOneMemory, MOST_BYTES } from '../kernels/kernels.ts';

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
/** Numbers in a tensor whose parts fill a memory. */
const MOST = MOST_BYTES / PARTS / Float32Array.BYTES_PER_ELEMENT;
/** Tensors share a memory up to this many numbers, a gigabyte with all parts: each memory reserves eight of address space. */
const SHARED = 1 << 26;

/**
 * Zeroed parameters of these shapes, in memory that kernels and ONNX Runtime share.
 * @param shared Numbers up to which tensors share a memory; default 2²⁶.
 * @throws Fault `input` if a tensor is larger than a memory, `exhausted` if the machine has not as much.
 */
export function allocateParameters(shapes: ReadonlyMap<string, readonly number[]>, shared = SHARED): Parameter[] {
  const groups: { name: string; shape: readonly number[]; length: number }[][] = [];
  let room = 0;
  for (const [name, shape] of shapes) {
    const length = shape.reduce((n, dim) => n * dim, 1);
    if (length > MOST) throw tooLarge(name, length);
    if (length > room) {
      groups.push([]);
      room = shared;
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

function tooLarge(name: string, length: number): Fault {
  return new Fault(
    'input',
    `${name} has ${Math.ceil(length / 1e6)} million numbers; training takes up to ${Math.floor(MOST / 1e6)} million in one tensor.`,
    'Freeze the embeddings (freeze), train by lora, or take a smaller model.',
  );
}
