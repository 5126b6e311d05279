import { describe, expect, it } from 'vitest';
import { Fault } from '../contracts/fault.ts';
import { asDeviceFault } from './device-fault.ts';

/** Messages of onnxruntime-node 1.30: WebGPU's were seen on SwiftShader; CUDA's are from the sources of the runtime. */
const LIMIT =
  'WebGPU validation failed. Buffer size (1200000000) exceeds the max buffer size limit (1073741824).\n - While';
const INVALID = 'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While';
const ARENA =
  'Non-zero status code returned while running MatMul node. Status Message: bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 4294967296';
const CUDA = 'CUDA failure 2: out of memory ; GPU=0 ; hostname=worker ; file=cuda_allocator.cc ; line=48';

describe('an error of a GPU', () => {
  it('names the size of a tensor that is larger than the GPU takes, and is not retried', () => {
    const fault = asDeviceFault('webgpu', new Error(LIMIT)) as Fault;
    expect(fault).toMatchObject({ kind: 'config', message: expect.stringContaining('1.20 GB of at most 1.07 GB') });
    expect(fault.advice).toMatch(/miniBatchSize.*maxLength/);
    expect(fault.details).toEqual([LIMIT.split('\n')[0]]);
  });

  it.each([
    ['webgpu', INVALID],
    ['cuda', ARENA],
    ['cuda', CUDA],
    ['webgpu', 'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY'],
  ] as const)('says that the memory of %s ran out: %s', (device, message) => {
    const fault = asDeviceFault(device, new Error(message));
    expect(fault).toMatchObject({ kind: 'exhausted', message: `The memory of the GPU (${device}) ran out.` });
  });

  it('says that the GPU stopped working', () => {
    const fault = asDeviceFault('webgpu', new Error('WebGPU device lost (1): vkQueueSubmit: VK_ERROR_DEVICE_LOST'));
    expect(fault).toMatchObject({ kind: 'exhausted', message: expect.stringContaining('stopped working') });
  });

  it('is left as it is if it is something else, already explained, or of the CPU', () => {
    const [bug, fault, cpu] = [new Error('bad shape'), new Fault('input', 'No.', 'Do.'), new Error(ARENA)];
    expect(asDeviceFault('webgpu', bug)).toBe(bug);
    expect(asDeviceFault('webgpu', fault)).toBe(fault);
    expect(asDeviceFault('cpu', cpu)).toBe(cpu);
  });
});
