import { describe, expect, it } from 'vitest';
import { Fault } from '../contracts/fault.ts';
import { chooseDevice } from './choose-device.ts';
import { type FoundDevice, gpuIn, isSoftware, probeDevice } from './find-devices.ts';

describe('probing for a GPU', () => {
  it('reports whether the provider works, or why not', async () => {
    const { provider, works, reason } = await probeDevice('webgpu');
    expect(provider).toBe('webgpu');
    if (works) expect(reason).toBeUndefined();
    else expect(reason).toMatch(/\w/);
  });

  it('does not wait longer than its timeout', async () => {
    expect(await probeDevice('webgpu', 1)).toEqual({
      provider: 'webgpu',
      works: false,
      software: false,
      reason: 'no answer within 0.001 s',
    });
  });

  const line = (device: string) => `2026-11-24 22:35:58 [I:onnxruntime:onnxruntime-node] Discovered ${device}\n`;
  const CPU = line('OrtHardwareDevice {vendor_id:0x1022, device_id:0x0, vendor:AMD, type:0, metadata: []}');

  it('reads the name of the GPU from the runtime’s log', () => {
    expect(gpuIn(CPU)).toBeUndefined();
    const plain =
      'OrtHardwareDevice {vendor_id:0x10de, device_id:0x2684, vendor:NVIDIA, type:1, metadata: [Discrete=1, ]}';
    expect(gpuIn(CPU + line(plain))).toBe('NVIDIA');
    const described = plain.replace('Discrete=1', 'Description=NVIDIA GeForce RTX 4090, Discrete=1');
    expect(gpuIn(CPU + line(described))).toBe('NVIDIA GeForce RTX 4090');
    const nameless = 'OrtHardwareDevice {vendor_id:0x1af4, device_id:0x1050, vendor:, type:1, metadata: []}';
    expect(gpuIn(line(nameless))).toBe('vendor 0x1af4');
  });

  it('is in software if Vulkan has no real GPU or is told to use none; CUDA never is', () => {
    const swiftShader = { VK_ICD_FILENAMES: '/driver/vk_swiftshader_icd.json' };
    expect(isSoftware('webgpu', 'NVIDIA', {})).toBe(false);
    expect(isSoftware('webgpu', undefined, {})).toBe(true);
    expect(isSoftware('webgpu', 'NVIDIA', swiftShader)).toBe(true);
    expect(isSoftware('cuda', 'NVIDIA', swiftShader)).toBe(false);
    expect(isSoftware('cuda', undefined, {})).toBe(false);
  });

  it('ignores the software renderer of Windows', () => {
    const basic = 'OrtHardwareDevice {vendor_id:0x1414, device_id:0x8c, vendor:Microsoft, type:1, metadata: []}';
    expect(gpuIn(line(basic))).toBeUndefined();
  });
});

describe('choosing a device', () => {
  const found = (device: Partial<FoundDevice>) => async (provider: 'webgpu' | 'cuda') =>
    ({ provider, works: false, software: false, reason: 'No supported adapters', ...device }) as FoundDevice;
  const real = found({ works: true, name: 'Apple' });
  const software = found({ works: true, software: true });

  it('auto chooses a real GPU, and else the CPU', async () => {
    expect(await chooseDevice('auto', real)).toBe('webgpu');
    expect(await chooseDevice('auto', software)).toBe('cpu');
    expect(await chooseDevice('auto', found({}))).toBe('cpu');
  });

  it('a device asked for by name is chosen, and the CPU without a probe', async () => {
    expect(await chooseDevice('webgpu', software)).toBe('webgpu');
    expect(await chooseDevice('cuda', real)).toBe('cuda');
    expect(await chooseDevice('cpu', () => Promise.reject(new Error('probed')))).toBe('cpu');
  });

  it('a device asked for by name that does not work is refused, with reason and advice', async () => {
    const refused = await chooseDevice('webgpu', found({})).catch((error) => error);
    expect(refused).toBeInstanceOf(Fault);
    expect(refused).toMatchObject({ kind: 'config', message: expect.stringContaining('No supported adapters') });
    expect(refused.advice).toMatch(/driver.*auto/);
    await expect(chooseDevice('cuda', found({}))).rejects.toMatchObject({
      advice: expect.stringMatching(/doctor --fix cuda/),
    });
  });
});
