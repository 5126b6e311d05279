import { expect, it } from 'vitest';
import { probeDevice } from '../../core/training/devices/find-devices.ts';

it('probeDevice finds the GPU on which these tests run', async () => {
  const found = await probeDevice('webgpu');
  expect(found).toMatchObject({ provider: 'webgpu', works: true });
  if (process.env.VK_ICD_FILENAMES?.includes('swiftshader')) expect(found.software).toBe(true);
});
