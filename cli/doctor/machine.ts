import { mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { DeviceOption } from '../../core/devices/device-names.ts';
import { type FoundDevice, findDevices } from '../../core/devices/find-devices.ts';
import { nodeVersion } from '../runtime/package.ts';
import type { Check, Finding } from './finding.ts';

const GB = 1e9;
/** A small model, its optimizer state and its activations fit into this, next to a Temporal server. */
const MEMORY_GB = { fail: 1, warn: 3 };
/** A base model, a few checkpoints and a tuned model fit into this. */
const DISK_GB = { fail: 1, warn: 5 };

export const node: Check = {
  name: 'Node',
  async run() {
    const { running, needed, supported } = nodeVersion();
    if (supported) return { status: 'ok', found: running };
    return { status: 'fail', found: running, advice: `Install Node ${needed} or later.` };
  },
};

export const memory: Check = {
  name: 'memory',
  async run() {
    const available = process.availableMemory() / GB;
    const found = `${available.toFixed(1)} of ${(totalmem() / GB).toFixed(1)} GB available`;
    return graded(
      available,
      MEMORY_GB,
      found,
      'Close other programs, or train a smaller model with a smaller batch size.',
    );
  },
};

export function disk(folder: string): Check {
  return {
    name: 'disk',
    async run() {
      await mkdir(folder, { recursive: true });
      const { bavail, bsize } = await statfs(folder);
      const free = (bavail * bsize) / GB;
      return graded(
        free,
        DISK_GB,
        `${free.toFixed(1)} GB free at ${folder}`,
        'Free some space, or set HONE_HOME to a folder on another disk.',
      );
    },
  };
}

export const onnxruntime: Check = {
  name: 'onnxruntime',
  async run() {
    const { listSupportedBackends } = await import('onnxruntime-node');
    const names = listSupportedBackends().flatMap(({ name, bundled }) => (bundled ? [name] : []));
    const found = `${names.join(', ')}; ${availableParallelism()} cores`;
    if (names.includes('cpu')) return { status: 'ok', found };
    return { status: 'fail', found, advice: 'Reinstall onnxruntime-node for this platform (glibc, not Alpine).' };
  },
};

/**
 * Fails only if the GPU that the settings demand does not work: without one, training runs on the CPU.
 * @param device Of the settings.
 */
export function gpu(device: DeviceOption | undefined, find: typeof findDevices = findDevices): Check {
  return {
    name: 'GPU',
    async run() {
      const devices = await find();
      const found = devices.map(describeDevice).join('; ');
      const demanded = devices.find(({ provider }) => provider === device);
      if (!demanded || demanded.works) return { status: 'ok', found };
      const fix =
        device === 'cuda' ? 'hone doctor --fix cuda installs its libraries; see docs/gpu.md.' : 'See docs/gpu.md.';
      return {
        status: 'fail',
        found: `device is ${device}; ${found}`,
        advice: `${fix} Or set device to cpu (worker.yaml, HONE_DEVICE).`,
      };
    },
  };
}

export function describeDevice({ provider, works, software, name, reason }: FoundDevice): string {
  if (!works) return `${provider}: none (${reason})`;
  return software ? `${provider}: in software only, slower than the CPU` : `${provider}: works, ${name}`;
}

function graded(value: number, { fail, warn }: { fail: number; warn: number }, found: string, advice: string): Finding {
  if (value >= warn) return { status: 'ok', found };
  return { status: value < fail ? 'fail' : 'warn', found, advice };
}
