import { driver } from './software-vulkan.ts';

/**
 * Before any test process starts, since a library path counts only from then on: a Vulkan driver in software, unless VK_ICD_FILENAMES names one
 * or `HONE_TEST_GPU=1` asks for the machine's own GPU.
 */
export async function setup(): Promise<void> {
  if (process.env.HONE_TEST_GPU || process.env.VK_ICD_FILENAMES || process.platform !== 'linux') return;
  Object.assign(process.env, await driver());
}
