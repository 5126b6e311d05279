import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import type { GpuProvider } from '../../../core/devices/find-devices.ts';
import { readModelFolder } from '../../../core/encoder/files/model-folder.ts';
import { ModelWeights } from '../../../core/encoder/files/weights.ts';
import { packBatch } from '../../../core/encoder/forward/packing.ts';
import { rankingFeeds } from '../../../core/training/data/ranking-batch.ts';
import { openHostDevice } from '../../../core/training/devices/host-device.ts';
import { openWebGpuDevice } from '../../../core/training/devices/webgpu-device.ts';
import { allocateParameters } from '../../../core/training/optimizer/parameters.ts';
import { trainingProgram } from '../../../core/training/session/training-graph.ts';
import { minilm } from '../../models/minilm.ts';
import type { Facts } from '../facts.ts';
import type { OperatorTime, Profile } from '../figures.ts';
import type { Part } from '../part.ts';

const STEPS = 3;
/** Operators in the table. */
const LISTED = 15;

/** Where the time of a step goes: the operators by their time, and those that run on the CPU. */
export function profilePart(device: GpuProvider): Part {
  return {
    name: `profile-${device}`,
    title: `operators of a step, all-MiniLM-L6-v2, ${device}`,
    limitSeconds: 240,
    reasonToSkip: (facts) => (facts[device].works ? undefined : `${device} does not work: ${facts[device].reason}`),
    run: async (facts) => ({ profile: await profileStep(device, facts) }),
  };
}

async function profileStep(device: GpuProvider, facts: Facts): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'hone-profile-'));
  try {
    const profiling = { enableProfiling: true, profileFilePrefix: join(folder, 'step') };
    const [pairs, tokens] = facts[device].software ? [2, 16] : [32, 200];
    const { program, parameters, feeds } = await openMiniLm(pairs, tokens);
    const opened =
      device === 'webgpu'
        ? await openWebGpuDevice(program, parameters, profiling)
        : await openHostDevice(program, parameters, { provider: device, runtime: profiling });
    for (let step = 1; step <= STEPS; step++) {
      await opened.gradients(feeds);
      await opened.update({ step, learningRate: 1e-5, weightDecay: 0, maxGradientNorm: 1 });
    }
    await opened.close();
    const [file = ''] = await readdir(folder);
    return { pairs, tokens, steps: STEPS, ...summarise(JSON.parse(await readFile(join(folder, file), 'utf8'))) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** all-MiniLM-L6-v2 with its weights, and a batch of made-up tokens, all texts of the same length. */
async function openMiniLm(pairs: number, tokens: number) {
  const { encoder, weightsFile, pooling } = await readModelFolder(await minilm());
  const layout = { chunks: 1, groups: 4, recompute: 0, dropout: 0, pooling };
  const parameters = allocateParameters(encoder.parameters);
  const weights = await ModelWeights.open(weightsFile, encoder);
  for (const parameter of parameters) parameter.weights.set(await weights.read(parameter.name));
  await weights.close();
  const texts = Array.from({ length: 2 * pairs }, (_, i) =>
    Array.from({ length: tokens }, (_, at) => 1000 + ((i * 7919 + at * 104_729) % 28_000)),
  );
  const [queries, documents] = [texts.slice(0, pairs), texts.slice(pairs)];
  const trained = parameters.map(({ name }) => name);
  return {
    parameters,
    program: trainingProgram(encoder, encoder.parameters, { scale: 20 }, { trained, layout }),
    feeds: {
      ...packBatch(texts, { encoder, ...layout }).feeds,
      ...rankingFeeds({ queries, documents, knownPositives: [] }),
      share: new Tensor('float32', [1], []),
    },
  };
}

/** An event of ONNX Runtime's profile, which is in the format of Chrome's tracing. */
export interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/**
 * The slowest operators, and all that ran on the CPU. A provider that computes behind the program counts the time in
 * which it was told what to do; what its kernels took is counted beside it, where the profile has it.
 */
export function summarise(events: readonly ProfileEvent[]): Pick<Profile, 'operators' | 'onCpu'> {
  const times = new Map<string, OperatorTime>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' && cat !== 'Kernel' && cat !== 'Api') continue;
    if (cat === 'Node' && !name.endsWith('_kernel_time')) continue;
    // A kernel of WebGPU is named after its node and operator: `layer.5.backward/Gemm_1415&Gemm&Gemm`.
    const operator = args?.op_name ?? name.split('&').at(-1) ?? name;
    const provider = cat === 'Node' ? (args?.provider ?? '').replace('ExecutionProvider', '') : 'GPU kernel';
    const key = `${operator} ${provider}`;
    const before = times.get(key) ?? { operator, provider, count: 0, milliseconds: 0 };
    times.set(key, { ...before, count: before.count + 1, milliseconds: before.milliseconds + dur / 1000 });
  }
  const sorted = [...times.values()].sort((a, b) => b.milliseconds - a.milliseconds);
  return {
    operators: sorted.slice(0, LISTED),
    onCpu: sorted.filter(({ provider }) => provider === 'CPU'),
  };
}
