import { readFileSync } from 'node:fs';
import { Fault } from '../../contracts/fault.ts';

/**
 * Loops over float32 arrays in one WebAssembly memory, documented in assembly/index.ts. Pointers are offsets in bytes.
 */
export interface Kernels {
  squares(x: number, n: number): number;
  adamW(
    ...pointersLengthAndFactors: readonly [
      ...[weights: number, first: number, second: number, gradient: number, n: number, clip: number],
      ...[beta1: number, beta2: number, rate: number, correction: number, epsilon: number, kept: number],
    ]
  ): void;
  masks(into: number, n: number, state: number, threshold: number, scale: number): void;
}

const PAGE = 65_536;
/** What 32 bits can address, less a page: a loop also needs the address just past its array. */
export const MOST_BYTES = 2 ** 32 - PAGE;
const kernelsByMemory = new WeakMap<ArrayBufferLike, Kernels>();
let compiled: WebAssembly.Module | undefined;

/**
 * Zeroed float32 arrays of these lengths in one new WebAssembly memory, each aligned to 16 bytes and padded with zeros
 * to a multiple of four. Invariant: the memory never grows, so that the arrays stay valid and ONNX Runtime can read and
 * write them in place.
 * @throws RangeError if the arrays exceed 4 GiB together, Fault `exhausted` if the machine cannot allocate the memory.
 */
export function floatsInOneMemory(lengths: readonly number[]): Float32Array<ArrayBuffer>[] {
  const bytes = lengths.reduce((n, length) => n + paddedLength(length) * 4, 0);
  if (bytes > MOST_BYTES) throw new RangeError(`one WebAssembly memory holds 4 GiB; ${bytes} bytes were asked for`);
  compiled ??= compile();
  const memory = allocate(Math.max(1, Math.ceil(bytes / PAGE)));
  kernelsByMemory.set(memory.buffer, new WebAssembly.Instance<Kernels>(compiled, { env: { memory } }).exports);
  let at = 0;
  return lengths.map((length) => {
    const array = new Float32Array(memory.buffer, at, length);
    at += paddedLength(length) * 4;
    return array;
  });
}

/** The kernels for an array that `floatsInOneMemory` returned. */
export function kernelsOf({ buffer }: Float32Array): Kernels {
  const kernels = kernelsByMemory.get(buffer);
  if (!kernels) throw new Error('the array is not in a WebAssembly memory');
  return kernels;
}

/** The length with padding, a multiple of four. */
export function paddedLength(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function allocate(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new Fault(
      'exhausted',
      `The machine cannot allocate ${Math.ceil((pages * PAGE) / 1e6)} MB for training in one piece.`,
      'Free memory, or raise the limit on address space (ulimit -v): each piece reserves eight gigabytes of it, whether used or not.',
      { cause },
    );
  }
}

function compile(): WebAssembly.Module {
  const file = new URL('./kernels.wasm', import.meta.url);
  try {
    return new WebAssembly.Module(readFileSync(file));
  } catch (cause) {
    throw new Error(`${file.pathname} is missing or broken; npm run build creates it`, { cause });
  }
}
