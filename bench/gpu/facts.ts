import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type FoundDevice, probeDevice } from '../../core/devices/find-devices.ts';
import type { TorchDevice } from '../peers/sentence-transformers.ts';

/** What this machine has. Every part decides by it what it measures, and how much. */
export interface Facts {
  readonly webgpu: FoundDevice;
  readonly cuda: FoundDevice;
  readonly peer: Peer;
  /** Variables with which a process finds what was found; for every part. */
  readonly environment: Readonly<Record<string, string>>;
  /** How the Vulkan driver was chosen, a line for each attempt. */
  readonly attempts: readonly string[];
  readonly memoryBytes: number;
  readonly cores: number;
}

/** A Python with torch and sentence-transformers. */
export type Peer =
  | { readonly python: string; readonly torch: string; readonly device: TorchDevice; readonly reason?: undefined }
  | { readonly reason: string };

/** Whether the machine has a GPU that is worth measuring. */
export function hasGpu({ webgpu, cuda }: Pick<Facts, 'webgpu' | 'cuda'>): boolean {
  return (webgpu.works && !webgpu.software) || cuda.works;
}

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** SwiftShader and a Vulkan loader, as `npm run test:gpu` downloads them. */
const DRIVER = at('.cache/software-vulkan/driver');
/** In the bundle. */
const PROVIDER = at('.cache/cuda');

export async function findFacts(): Promise<Facts> {
  // Before CUDA is looked for: the environment names the provider of the bundle.
  if (!process.env.HONE_CUDA && existsSync(PROVIDER)) process.env.HONE_CUDA = PROVIDER;
  const peer = await findPeer();
  if ('python' in peer) process.env.HONE_BENCH_PYTHON = peer.python;
  const { webgpu, environment, attempts } = await findWebGpu();
  const cuda = await probeDevice('cuda');
  const { HONE_CUDA, HONE_BENCH_PYTHON } = process.env;
  const named = { ...(HONE_CUDA && { HONE_CUDA }), ...(HONE_BENCH_PYTHON && { HONE_BENCH_PYTHON }) };
  return {
    ...{ webgpu, cuda, peer, attempts, environment: { ...environment, ...named } },
    memoryBytes: process.availableMemory(),
    cores: navigator.hardwareConcurrency,
  };
}

type Variables = Readonly<Record<string, string>>;

/**
 * Tries WebGPU as it is; with the loader beside the software driver, where the machine has none; with NVIDIA's driver
 * named to the loader, which containers often lack; and in software, as the last.
 */
async function findWebGpu(): Promise<Pick<Facts, 'webgpu' | 'environment' | 'attempts'>> {
  const attempts: string[] = [];
  let last: FoundDevice | undefined;
  for (const { what, variables } of await waysToVulkan()) {
    Object.assign(process.env, variables);
    last = await probeDevice('webgpu');
    attempts.push(`${what}: ${last.works ? (last.software ? 'a software driver' : last.name) : last.reason}`);
    if (last.works && (!last.software || variables.VK_ICD_FILENAMES?.startsWith(DRIVER)))
      return { webgpu: last, environment: variables, attempts };
    for (const name of Object.keys(variables)) restore(name);
  }
  return { webgpu: last as FoundDevice, environment: {}, attempts };
}

const GIVEN = { ...process.env };
function restore(name: string): void {
  if (GIVEN[name] === undefined) delete process.env[name];
  else process.env[name] = GIVEN[name];
}

async function waysToVulkan(): Promise<{ what: string; variables: Variables }[]> {
  const ways: { what: string; variables: Variables }[] = [{ what: 'as it is', variables: {} }];
  if (process.platform !== 'linux' || !existsSync(DRIVER)) return ways;
  const loader = { LD_LIBRARY_PATH: [DRIVER, GIVEN.LD_LIBRARY_PATH].filter(Boolean).join(':') };
  ways.push({ what: 'with a Vulkan loader', variables: loader });
  for (const library of ['libGLX_nvidia.so.0', 'libEGL_nvidia.so.0']) {
    const icd = (await isLoadable(library)) && (await writeIcd(library));
    if (icd) ways.push({ what: `with ${library}`, variables: { ...loader, VK_ICD_FILENAMES: icd } });
  }
  const software = { VK_ICD_FILENAMES: join(DRIVER, 'vk_swiftshader_icd.json'), XDG_RUNTIME_DIR: tmpdir() };
  ways.push({ what: 'with SwiftShader', variables: { ...loader, ...software } });
  return ways;
}

async function isLoadable(library: string): Promise<boolean> {
  const folders = [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/nvidia/lib64',
    '/usr/lib/wsl/lib',
  ];
  return folders.some((folder) => existsSync(join(folder, library)));
}

/** The manifest by which a Vulkan loader finds a driver. */
async function writeIcd(library: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'hone-icd-')), 'nvidia_icd.json');
  await writeFile(
    file,
    JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.3.0' } }),
  );
  return file;
}

/** The manifests of Vulkan drivers that are installed. */
export async function vulkanDrivers(): Promise<string[]> {
  const folders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
  const lists = folders.map(async (folder) =>
    (await readdir(folder).catch(() => [])).map((name) => join(folder, name)),
  );
  return (await Promise.all(lists)).flat();
}

/** Loading torch from a cold disk takes a minute. */
const PYTHON_TIMEOUT_MS = 180_000;
const DESCRIBE = `
import json, torch, sentence_transformers, datasets, accelerate
device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
print(json.dumps({"torch": torch.__version__, "device": device}))`;

async function findPeer(): Promise<Peer> {
  const venv = at('.cache/interop-venv/bin/python');
  const python = process.env.HONE_BENCH_PYTHON || (existsSync(venv) ? venv : 'python3');
  const running = promisify(execFile)(python, ['-c', DESCRIBE], { timeout: PYTHON_TIMEOUT_MS });
  return running.then(
    ({ stdout }) => ({ python, ...JSON.parse(stdout) }),
    ({ code, stderr = '', message }) => ({
      reason:
        code === 'ENOENT'
          ? `there is no ${python}`
          : `${python} cannot import torch, sentence-transformers, datasets and accelerate (${lastLine(stderr) || message})`,
    }),
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
