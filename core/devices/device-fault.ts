import { Fault } from '../contracts/fault.ts';
import type { DeviceName } from './device-names.ts';

/** Dawn's limit of one buffer: "Buffer size (8589934592) exceeds the max buffer size limit (1073741824)." */
const BUFFER_LIMIT = /buffer size \(?(\d+)\)? exceeds the max buffer size limit(?: \(?(\d+)\)?)?/i;
/**
 * Of CUDA's arena, of CUDA itself, of Dawn, of Vulkan and of Direct3D. Dawn writes why it could not allocate a buffer
 * only to the log; the error that is thrown is that of the next command, which finds the buffer invalid.
 */
const OUT_OF_MEMORY =
  /out of (?:device |host )?memory|failed to allocate memory|OUT_OF_(?:DEVICE_|HOST_)?MEMORY|E_OUTOFMEMORY|CUBLAS_STATUS_ALLOC_FAILED|\[Invalid (?:Command)?Buffer/i;
/** What is left of a WebGPU device after an error that its driver did not survive. */
const LOST = /device (?:is |was )?lost|DEVICE_LOST|device removed/i;

const LESS_MEMORY = 'Set training.miniBatchSize or lower it, lower batchSize or maxLength, or use --device cpu.';

/** An error of the runtime on a GPU as a Fault with advice; other errors, and those of the CPU, as they are. */
export function asDeviceFault(device: DeviceName, error: unknown): unknown {
  if (device === 'cpu' || error instanceof Fault || !(error instanceof Error)) return error;
  const { message } = error;
  const options = { details: [firstLine(message)], cause: error };
  const [limited, asked, limit] = BUFFER_LIMIT.exec(message) ?? [];
  if (limited)
    return new Fault(
      'config',
      `A single tensor is larger than the GPU (${device}) takes: ${gigabytes(asked)}${limit ? ` of at most ${gigabytes(limit)}` : ''}.`,
      LESS_MEMORY,
      options,
    );
  if (OUT_OF_MEMORY.test(message))
    return new Fault('exhausted', `The memory of the GPU (${device}) ran out.`, LESS_MEMORY, options);
  if (LOST.test(message))
    return new Fault(
      'exhausted',
      `The GPU (${device}) stopped working, as its driver does when memory runs out or a computation takes too long.`,
      LESS_MEMORY,
      options,
    );
  return error;
}

function gigabytes(bytes: string | undefined): string {
  return `${(Number(bytes) / 1e9).toFixed(2)} GB`;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
