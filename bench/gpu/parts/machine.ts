import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findCudaLibraries } from '../../../core/devices/cuda-libraries.ts';
import { describeMachine } from '../../machine.ts';
import { vulkanDrivers } from '../facts.ts';
import { nvidiaGpus } from '../nvidia-smi.ts';
import { type Part, PartFailure } from '../part.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What the table says first: on what was measured. */
export const machinePart: Part = {
  name: 'machine',
  title: 'machine, drivers, libraries',
  limitSeconds: 60,
  reasonToSkip: () => undefined,
  async run({ webgpu, cuda, peer, attempts, memoryBytes }) {
    const { found, missing, provider } = await findCudaLibraries();
    const machine = {
      ...describeMachine(),
      memoryFreeGB: Math.round(memoryBytes / 1e9),
      node: process.versions.node,
      onnxruntime: await versionOf('onnxruntime-node'),
      webgpu: describe(webgpu),
      webgpuAttempts: attempts,
      vulkanDrivers: await vulkanDrivers(),
      cuda: describe(cuda),
      cudaProvider: provider ?? 'not installed',
      cudaLibraries: [...found].map(([name, folder]) => `${name} in ${folder}`),
      cudaMissing: missing,
      nvidiaSmi: (await nvidiaGpus()).map((gpu) => Object.values(gpu).join(', ')),
      torch: peer.reason ?? `${peer.torch} on ${peer.device} (${peer.python})`,
    };
    return { machine };
  },
};

/** `hone doctor` as a user calls it. Without a network it cannot start a Temporal server, which is no failure here. */
export const doctorPart: Part = {
  name: 'doctor',
  title: 'hone doctor',
  limitSeconds: 120,
  reasonToSkip: () => undefined,
  async run() {
    const command = [join(ROOT, 'dist/cli/main.js'), 'doctor', '--json'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command).catch((error) => error);
    const [line = ''] = stdout.trim().split('\n').slice(-1);
    if (!line.startsWith('[')) throw new Error(`hone doctor printed no findings: ${stderr || stdout}`);
    const findings: { name: string; status: string; found: string; advice?: string }[] = JSON.parse(line);
    const bad = findings.filter(({ name, status }) => status === 'fail' && name !== 'Temporal');
    if (bad.length > 0)
      throw new PartFailure(bad.map(({ name, found }) => `${name}: ${found}`).join('; '), { doctor: { findings } });
    return { doctor: { findings } };
  },
};

function describe({
  works,
  software,
  name,
  reason,
}: {
  works: boolean;
  software: boolean;
  name?: string;
  reason?: string;
}) {
  if (!works) return `none (${reason})`;
  return software ? 'in software only' : (name ?? 'works');
}

async function versionOf(name: string): Promise<string> {
  return JSON.parse(await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version;
}
