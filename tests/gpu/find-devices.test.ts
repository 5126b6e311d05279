import { expect, it } from 'vitest';
import { probeDevice } from '../../core/devices/find-devices.ts';
import { DEVICE } from './trainable.ts';

it('probeDevice finds the GPU on which these tests run', async () => {
  const found = await probeDevice(DEVICE);
  expect(found).toMatchObject({ provider: DEVICE, works: true });
  if (DEVICE === 'webgpu' && process.env.VK_ICD_FILENAMES?.includes('swiftshader')) expect(found.software).toBe(true);
});
