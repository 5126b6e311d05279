import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Execution providers of the runtime beside its CPU; CUDA's has to be installed with it (docs/gpu.md). */
export const GPU_PROVIDERS = ['webgpu', 'cuda'] as const;
export type GpuProvider = (typeof GPU_PROVIDERS)[number];

export interface FoundDevice {
  readonly provider: GpuProvider;
  readonly works: boolean;
  /** It computes on the CPU after all: slower than the CPU's own provider, of use for tests alone. */
  readonly software: boolean;
  /** The GPU's vendor or name as the system gives it. */
  readonly name?: string;
  /** Why it does not work. */
  readonly reason?: string;
}

/** A driver that takes longer to answer than this is not one to train on. */
const TIMEOUT_MS = 20_000;

/** Tries a provider in a process of its own, since a driver may end or hang the one that tries it. */
export async function probeDevice(provider: GpuProvider, timeoutMs = TIMEOUT_MS): Promise<FoundDevice> {
  const file = fileURLToPath(new URL(`./probe-child${extname(import.meta.url)}`, import.meta.url));
  const { stdout, stderr, reason } = await outcome([file, provider], timeoutMs);
  const works = stdout.trim() === 'works';
  const name = gpuIn(stderr);
  return {
    provider,
    works,
    software: works && (name === undefined || drivesInSoftware()),
    ...(name !== undefined && { name }),
    ...(!works && { reason: reasonIn(stderr) ?? reason ?? stdout.trim() }),
  };
}

export function findDevices(): Promise<FoundDevice[]> {
  return Promise.all(GPU_PROVIDERS.map((provider) => probeDevice(provider)));
}

/** The first real GPU among the devices that the runtime discovered, by its log. */
export function gpuIn(log: string): string | undefined {
  // OrtHardwareDevice {vendor_id:0x10de, device_id:0x2684, vendor:NVIDIA, type:1, metadata: [Description=NVIDIA GeForce RTX 4090, …]}
  for (const [, vendorId, vendor, metadata = ''] of log.matchAll(
    /OrtHardwareDevice \{vendor_id:(\w+), device_id:\w+, vendor:([^,]*), type:1, metadata: \[(.*)\]/g,
  )) {
    // Microsoft's is Windows' own, in software.
    if (vendorId === '0x1414') continue;
    return metadata.match(/Description=([^,\]]+)/)?.[1] ?? (vendor || `vendor ${vendorId}`);
  }
  return undefined;
}

/** Whether the environment names a driver that is known to be software, whatever hardware there is. */
function drivesInSoftware({ VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env): boolean {
  return /swiftshader|lvp|llvmpipe/.test(VK_DRIVER_FILES ?? VK_ICD_FILENAMES ?? '');
}

/** The last clause of the runtime's complaint: "… was false. Failed to get a WebGPU adapter: No supported adapters". */
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

function outcome(args: readonly string[], timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: timeoutMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const reason = error?.killed ? `no answer within ${timeoutMs / 1000} s` : error && `its driver ended the process`;
      resolve({ stdout, stderr, ...(reason && { reason }) });
    });
  });
}
