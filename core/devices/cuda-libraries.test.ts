import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../primitives/temporary-folder.fixture.ts';
import {
  cudaFolder,
  deviceEnvironment,
  findCudaLibraries,
  lackOfCuda,
  PROVIDER,
  RUNTIME_VERSION,
} from './cuda-libraries.ts';

const folder = temporaryFolder();
/** A Python that has no packages, so that those of this machine are not found. */
const env = () => ({ HONE_CUDA: folder.join('cuda'), HONE_BENCH_PYTHON: '/nonexistent', PATH: '' });

async function put(at: string, ...names: readonly string[]): Promise<string> {
  await mkdir(folder.join(at), { recursive: true });
  for (const name of names) await writeFile(folder.join(at, name), '');
  return folder.join(at);
}
const installProvider = () => put('cuda', ...Object.keys(PROVIDER.files));

it('the pinned provider is that of the installed runtime', async () => {
  const file = new URL('../../node_modules/onnxruntime-node/package.json', import.meta.url);
  expect(JSON.parse(await readFile(file, 'utf8')).version).toBe(RUNTIME_VERSION);
  expect(cudaFolder({ XDG_CACHE_HOME: '/cache' })).toBe(`/cache/hone/cuda/${RUNTIME_VERSION}`);
});

it('libraries are found in LD_LIBRARY_PATH, in the cache and in the wheels of a Python', async () => {
  const named = await put('named', 'libcuda.so.1', 'libcudart.so.13');
  const cached = await put('cuda/libraries/nvidia/curand/lib', 'libcurand.so.10', 'libcudart.so.13');
  const torch = await put('site-packages/nvidia/cu13/lib', 'libcublas.so.13', 'libcublasLt.so.13');
  const python = folder.join('python');
  await writeFile(python, `#!/bin/sh\necho ${folder.join('site-packages')}\n`, { mode: 0o755 });
  const { found, missing } = await findCudaLibraries({ ...env(), HONE_BENCH_PYTHON: python, LD_LIBRARY_PATH: named });
  expect(missing).toEqual([]);
  expect(Object.fromEntries(found)).toEqual({
    'libcuda.so.1': named,
    'libcudart.so.13': named,
    'libcurand.so.10': cached,
    'libcublas.so.13': torch,
    'libcublasLt.so.13': torch,
  });
});

it('what is missing is named, with the command that installs it where it is found', async () => {
  const named = await put('named', 'libcuda.so.1', 'libcublas.so.13', 'libcublasLt.so.13', 'libcudart.so.13');
  const given = { ...env(), LD_LIBRARY_PATH: named };
  expect(lackOfCuda(await findCudaLibraries(given), given)).toMatch(/hone doctor --fix cuda/);
  await installProvider();
  const lack = lackOfCuda(await findCudaLibraries(given), given);
  expect(lack).toContain(`missing libcurand.so.10: add`);
  expect(lack).toContain(`pip install --target ${folder.join('cuda', 'libraries')} nvidia-curand`);
  await put('cuda/libraries/nvidia/curand/lib', 'libcurand.so.10');
  expect(lackOfCuda(await findCudaLibraries(given), given)).toBeUndefined();
});

it('without an NVIDIA driver, nothing is asked to be installed', () => {
  const nothing = { provider: undefined, found: new Map(), missing: ['libcuda.so.1', 'libcublas.so.13'] };
  expect(lackOfCuda(nothing)).toBe('no NVIDIA driver (libcuda.so.1)');
});

it.runIf(process.platform === 'linux')('a process on CUDA finds the provider first, others see no change', async () => {
  const named = await put('named', 'libcuda.so.1');
  const given = { ...env(), LD_LIBRARY_PATH: named };
  expect(await deviceEnvironment('webgpu', given)).toBe(given);
  expect(await deviceEnvironment('cuda', given)).toBe(given);
  const provider = await installProvider();
  expect((await deviceEnvironment('cuda', given)).LD_LIBRARY_PATH?.split(':').slice(0, 2)).toEqual([provider, named]);
});
