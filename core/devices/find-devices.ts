import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deviceEnvironment, findCudaLibraries, lackOfCuda } from './cuda-libraries.ts';

/**
 * The runtime's execution providers for GPUs. CUDA's libraries must be installed separately (`hone doctor --fix cuda`).
 */
export const GPU_PROVIDERS = ['webgpu', 'cuda'] as const;
export type GpuProvider = (typeof GPU_PROVIDERS)[number];

export interface FoundDevice {
  readonly provider: GpuProvider;
  readonly works: boolean;
  /** A software renderer: it computes on the CPU, slower than the CPU provider, and is only useful for tests. */
  readonly software: boolean;
  /** Vendor or name of the GPU, as the system reports it. */
  readonly name?: string;
  /** Why it does not work; absent if it works. */
  readonly reason?: string;
}

/** A driver that takes longer than this to answer is taken as not working. */
const TIMEOUT_MS = 20_000;

/** Tries a provider in a process of its own, as a driver may end the process or hang. */
export async function probeDevice(provider: GpuProvider, timeoutMs = TIMEOUT_MS): Promise<FoundDevice> {
  const file = fileURLToPath(new URL(`./probe-child${extname(import.meta.url)}`, import.meta.url));
  const { stdout, stderr, reason } = await runNode([file, provider], timeoutMs, await deviceEnvironment(provider));
  const works = stdout.trim() === 'works';
  const name = gpuIn(stderr);
  const lack = works || provider !== 'cuda' ? undefined : lackOfCuda(await findCudaLibraries());
  return {
    provider,
    works,
    software: works && isSoftware(provider, name),
    ...(name !== undefined && { name }),
    ...(!works && { reason: lack ?? reasonIn(stderr) ?? reason ?? stdout.trim() }),
  };
}

export function findDevices(): Promise<FoundDevice[]> {
  return Promise.all(GPU_PROVIDERS.map((provider) => probeDevice(provider)));
}

/** The name of the first real GPU that the runtime discovered, from its log; undefined if there is none. */
export function gpuIn(log: string): string | undefined {
  // OrtHardwareDevice {vendor_id:0x10de, device_id:0x2684, vendor:NVIDIA, type:1, metadata: [Description=NVIDIA GeForce
  // RTX 4090, …]}
  for (const [, vendorId, vendor, metadata = ''] of log.matchAll(
    /OrtHardwareDevice \{vendor_id:(\w+), device_id:\w+, vendor:([^,]*), type:1, metadata: \[(.*)\]/g,
  )) {
    // Microsoft's device is the software renderer of Windows.
    if (vendorId === '0x1414') continue;
    return metadata.match(/Description=([^,\]]+)/)?.[1] ?? (vendor || `vendor ${vendorId}`);
  }
  return undefined;
}

/**
 * Whether a provider that works does so in software: on Vulkan, if there is no real GPU, or if the environment selects
 * a driver that is known to be a software renderer. CUDA has none.
 */
export function isSoftware(
  provider: GpuProvider,
  gpu: string | undefined,
  { VK_DRIVER_FILES, VK_ICD_FILENAMES }: NodeJS.ProcessEnv = process.env,
): boolean {
  if (provider === 'cuda') return false;
  return gpu === undefined || /swiftshader|lvp|llvmpipe/.test(VK_DRIVER_FILES ?? VK_ICD_FILENAMES ?? '');
}

/** The last clause of the runtime's error: "… was false. Failed to get a WebGPU adapter: No supported adapters". */
function reasonIn(log: string): string | undefined {
  return log
    .match(/^Error: (?:.* was false\. )?(.*)$/m)?.[1]
    ?.trim()
    .slice(0, 300);
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly reason?: string;
}

function runNode(args: readonly string[], timeoutMs: number, env: NodeJS.ProcessEnv): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: timeoutMs, killSignal: 'SIGKILL', env }, (error, stdout, stderr) => {
      const reason = error?.killed ? `no answer within ${timeoutMs / 1000} s` : error && `its driver ended the process`;
      resolve({ stdout, stderr, ...(reason && { reason }) });
    });
  });
}
