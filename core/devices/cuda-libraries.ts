import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { withoutSecrets } from '../primitives/child-environment.ts';
import type { DeviceName } from './device-names.ts';

/*
 * The CUDA provider of ONNX Runtime is not in the npm package. Its libraries are in the Python package
 * `onnxruntime-gpu` of the same version, and are loaded beside onnxruntime-node's own runtime: the loader searches
 * LD_LIBRARY_PATH before the folder of onnxruntime-node, finds a copy of the runtime in the folder of the provider, and
 * the runtime looks for its providers in the folder that it was loaded from.
 */

/** Invariant: the version of onnxruntime-node. */
export const RUNTIME_VERSION = '1.30.0';
export const RUNTIME = 'libonnxruntime.so.1';
export const PROVIDER = {
  package: 'onnxruntime-gpu',
  /** Files of the wheel for Linux x64 and CPython 3.13, with their SHA-256. */
  files: {
    'libonnxruntime_providers_shared.so': '086ec1d5388f64153d9c63470d126693db9a182c8ce236d3a1119068471b8a0d',
    'libonnxruntime_providers_cuda.so': 'afd77f8d1e05544456476e244601ff08d444ff90921d6d73b2066c124f109bd2',
  },
} as const;

/** Where a library that the provider needs comes from. */
type Origin = { readonly wheel: string } | { readonly driver: string };
/** What `libonnxruntime_providers_cuda.so` 1.30 is linked to. It also loads cuDNN 9, for convolutions alone. */
const NEEDED: Readonly<Record<string, Origin>> = {
  'libcuda.so.1': { driver: 'the NVIDIA driver' },
  'libcublasLt.so.13': { wheel: 'nvidia-cublas' },
  'libcublas.so.13': { wheel: 'nvidia-cublas' },
  'libcudart.so.13': { wheel: 'nvidia-cuda-runtime' },
  'libcurand.so.10': { wheel: 'nvidia-curand' },
};

/** Folders that the loader searches by itself. */
const SYSTEM = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu'];
const INSTALLED = ['/usr/lib/wsl/lib', '/usr/local/nvidia/lib64', '/usr/local/cuda/lib64', '/opt/cuda/lib64'];

/** `HONE_CUDA`, or a folder in the user's cache: the provider, a copy of the runtime, and `libraries/` for wheels. */
export function cudaFolder({ HONE_CUDA, XDG_CACHE_HOME } = process.env): string {
  return HONE_CUDA || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'hone', 'cuda', RUNTIME_VERSION);
}

export interface CudaLibraries {
  /** Folder of the provider; undefined if it is not installed. */
  readonly provider: string | undefined;
  /** Needed libraries by name, with the folder that each was found in. */
  readonly found: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

/** Looks for the provider and for the CUDA libraries that it needs, in the order in which they would be loaded. */
export async function findCudaLibraries(env = process.env): Promise<CudaLibraries> {
  const folder = cudaFolder(env);
  const provider = Object.keys(PROVIDER.files).every((file) => existsSync(join(folder, file))) ? folder : undefined;
  const folders = [...pathsIn(env.LD_LIBRARY_PATH), ...SYSTEM, ...INSTALLED];
  folders.push(...(await wheelFolders(join(folder, 'libraries'))));
  let found = locate(folders);
  if (found.size < Object.keys(NEEDED).length) {
    for (const sitePackages of await pythonFolders(env)) folders.push(...(await wheelFolders(sitePackages)));
    found = locate(folders);
  }
  return { provider, found, missing: Object.keys(NEEDED).filter((name) => !found.has(name)) };
}

/**
 * The environment, without secrets, in which a process finds what the device needs: for `cuda` on Linux, the path of
 * the libraries.
 */
export async function deviceEnvironment(
  device: DeviceName | undefined,
  env: NodeJS.ProcessEnv = withoutSecrets(),
): Promise<NodeJS.ProcessEnv> {
  if (device !== 'cuda' || process.platform !== 'linux') return env;
  const { provider, found } = await findCudaLibraries(env);
  if (!provider) return env;
  const folders = new Set([provider, ...pathsIn(env.LD_LIBRARY_PATH), ...found.values()]);
  for (const folder of SYSTEM) folders.delete(folder);
  return { ...env, LD_LIBRARY_PATH: [...folders].join(delimiter) };
}

/** Why CUDA cannot be used on this machine, with what to do; undefined if nothing is missing. */
export function lackOfCuda({ provider, missing }: CudaLibraries, env = process.env): string | undefined {
  if (missing.includes('libcuda.so.1')) return 'no NVIDIA driver (libcuda.so.1)';
  if (!provider) return 'its libraries are not installed: hone doctor --fix cuda';
  if (missing.length === 0) return undefined;
  const wheels = new Set(missing.flatMap((name) => wheelOf(NEEDED[name])));
  const target = join(cudaFolder(env), 'libraries');
  return `missing ${missing.join(', ')}: add their folder to LD_LIBRARY_PATH, or python3 -m pip install --target ${target} ${[...wheels].join(' ')}`;
}

function wheelOf(origin: Origin | undefined): string[] {
  return origin && 'wheel' in origin ? [origin.wheel] : [];
}

function locate(folders: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of Object.keys(NEEDED)) {
    const folder = folders.find((one) => existsSync(join(one, name)));
    if (folder) found.set(name, folder);
  }
  return found;
}

/** Folders with libraries of NVIDIA's wheels: `nvidia/cublas/lib` or, since CUDA 13, `nvidia/cu13/lib`. */
async function wheelFolders(sitePackages: string): Promise<string[]> {
  const names = await readdir(join(sitePackages, 'nvidia')).catch(() => []);
  return names.map((name) => join(sitePackages, 'nvidia', name, 'lib'));
}

/** Where the packages of a Python with torch are: `HONE_BENCH_PYTHON`, the active environment, or `python3`. */
async function pythonFolders({ HONE_BENCH_PYTHON, VIRTUAL_ENV, PATH }: NodeJS.ProcessEnv): Promise<string[]> {
  const python = HONE_BENCH_PYTHON || (VIRTUAL_ENV ? join(VIRTUAL_ENV, 'bin', 'python') : 'python3');
  const script = 'import sys; print("\\n".join(sys.path))';
  const run = promisify(execFile)(python, ['-c', script], { timeout: 10_000, env: { ...(PATH && { PATH }) } });
  const { stdout } = await run.catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean);
}

function pathsIn(list = ''): string[] {
  return list.split(delimiter).filter(Boolean);
}
