import { driver } from './software-vulkan.ts';

/**
 * Selects a Vulkan driver in software, unless `VK_ICD_FILENAMES` names a driver or `HONE_TEST_GPU=1` selects the GPU of
 * the machine. Runs before any test process starts: a library path takes effect only when a process starts.
 */
export async function setup(): Promise<void> {
  if (process.env.HONE_TEST_GPU || process.env.VK_ICD_FILENAMES || process.platform !== 'linux') return;
  Object.assign(process.env, await driver());
}
