import { readFileSync } from 'node:fs';
import { Fault } from '../../contracts/fault.ts';

/** Loops over float32 arrays in one WebAssembly memory; assembly/index.ts says what each does. */
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
/** What WebAssembly addresses with 32 bits, less a page: a loop's end, just behind its array, is an address too. */
export const MOST_BYTES = 2 ** 32 - PAGE;
const known = new WeakMap<ArrayBufferLike, Kernels>();
let compiled: WebAssembly.Module | undefined;

/**
 * One zeroed memory for float32 arrays of these lengths, each aligned to 16 bytes and padded with zeros to a multiple of four, with the
 * kernels over it. It never grows, so the arrays stay valid: what ONNX Runtime is given of them it reads and writes in place.
 * @throws RangeError if they pass 4 GiB together, Fault `exhausted` if the machine does not give that much.
 */
export function floatsInOneMemory(lengths: readonly number[]): Float32Array<ArrayBuffer>[] {
  const bytes = lengths.reduce((n, length) => n + paddedLength(length) * 4, 0);
  if (bytes > MOST_BYTES) throw new RangeError(`one WebAssembly memory holds 4 GiB; ${bytes} bytes were asked for`);
  compiled ??= compile();
  const memory = allocate(Math.max(1, Math.ceil(bytes / PAGE)));
  known.set(memory.buffer, new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernels);
  let at = 0;
  return lengths.map((length) => {
    const array = new Float32Array(memory.buffer, at, length);
    at += paddedLength(length) * 4;
    return array;
  });
}

/** The kernels over the memory that an array of `floatsInOneMemory` lies in. */
export function kernelsOf({ buffer }: Float32Array): Kernels {
  const kernels = known.get(buffer);
  if (!kernels) throw new Error('the array lies in no WebAssembly memory');
  return kernels;
}

export function paddedLength(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function allocate(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new Fault(
      'exhausted',
      `The machine gives no ${Math.ceil((pages * PAGE) / 1e6)} MB for training in one piece.`,
      'Free memory, or raise the limit on address space (ulimit -v): each piece reserves eight gigabytes of it, used or not.',
      { cause },
    );
  }
}

function compile(): WebAssembly.Module {
  const file = new URL('./kernels.wasm', import.meta.url);
  try {
    return new WebAssembly.Module(readFileSync(file));
  } catch (cause) {
    throw new Error(`${file.pathname} is missing or broken; npm run build makes it`, { cause });
  }
}
