import { readdir, readFile } from 'node:fs/promises';
import { Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTransfers, type Transfers } from '../../core/devices/gpu-tensors.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import type { ParameterState, TrainingDevice } from '../../core/training/devices/device.ts';
import { openDevice } from '../../core/training/devices/open-device.ts';
import { openWebGpuDevice } from '../../core/training/devices/webgpu-device.ts';
import type { AdamWStep } from '../../core/training/optimizer/adamw.ts';
import type { Parameter } from '../../core/training/optimizer/parameters.ts';
import type { TrainingProgram } from '../../core/training/session/training-graph.ts';
import { DEVICE, GPU_ONLY, type Layout, openTrainable, RECORDED_MODELS, type Trainable } from './trainable.ts';

// The runtime keeps compiled shaders only while a session is open.
let transfers: Transfers | undefined;
beforeAll(async () => {
  if (DEVICE === 'webgpu') transfers = await openTransfers();
});
afterAll(() => transfers?.release());

const STEP: AdamWStep = { step: 1, learningRate: 1e-3, weightDecay: 0.01, maxGradientNorm: 1 };

const { executionProviders: _, ...STRICT } = GPU_ONLY;
const onCpu = async ({ program, parameters }: Trainable) => openDevice('cpu', program, parameters(), { threads: 1 });
const onGpu = async ({ program, parameters }: Trainable) => openGpu(program, parameters());
/** On WebGPU, fails if a node would run on the CPU. CUDA lacks some of the operators, which then run on the CPU. */
const openGpu = (program: TrainingProgram, parameters: readonly Parameter[]) =>
  DEVICE === 'webgpu' ? openWebGpuDevice(program, parameters, STRICT) : openDevice(DEVICE, program, parameters, {});

/**
 * Softmax is invariant to a constant added to all keys: the true gradient is zero, so computed ones are rounding
 * errors.
 */
const KEY_BIAS = /(key|k|k_lin)\.bias$/;

/** Trains on two batches by turns. @returns loss and gradient norm of each step. */
async function train(device: TrainingDevice, { batch, shorter }: Trainable, steps = 10) {
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 1; step <= steps; step++) {
    losses.push(await device.gradients(step % 2 ? batch : shorter));
    norms.push(await device.update({ ...STEP, step }));
  }
  return { losses, norms };
}

/** The state of a parameter in memory of its own: a device may return the memory that it works in. */
function copyOf({ name, shape, weights, first, second }: ParameterState): ParameterState {
  return { name, shape, weights: weights.slice(), first: first.slice(), second: second.slice() };
}

/** The parameters of a model in the state of a checkpoint. */
function parametersAt(model: Trainable, checkpoint: readonly ParameterState[]): Parameter[] {
  const parameters = model.parameters();
  for (const parameter of parameters) {
    const state = checkpoint.find(({ name }) => name === parameter.name);
    for (const array of ['weights', 'first', 'second'] as const) parameter[array].set(state?.[array] ?? []);
  }
  return parameters;
}

/** Largest difference, relative to the largest number. */
function distance(actual: Float32Array, expected: Float32Array): number {
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return actual.reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[i] ?? Number.NaN))), 0) / scale;
}

/** After one step from zero, the first moments are a tenth of the clipped gradient. */
async function firstMoments(device: TrainingDevice, { batch }: Trainable): Promise<ParameterState[]> {
  await device.gradients(batch);
  await device.update({ ...STEP, maxGradientNorm: 1e9 });
  return device.read();
}

/** Compares the gradients on the GPU with those on the CPU. */
async function gradientsAgree(name?: string, layout?: Layout): Promise<void> {
  const model = await openTrainable(name, layout);
  const [cpu, gpu] = [await onCpu(model), await onGpu(model)];
  const expected = await firstMoments(cpu, model);
  for (const { name, first } of await firstMoments(gpu, model)) {
    if (KEY_BIAS.test(name)) continue;
    const reference = expected.find((parameter) => parameter.name === name);
    expect.soft(reference && distance(first, reference.first), name).toBeLessThan(1e-4);
  }
  await gpu.close();
  await cpu.close();
}

describe(`a training step on ${DEVICE}`, () => {
  it.each(RECORDED_MODELS)('has the gradients that the CPU computes: %s', (name) => gradientsAgree(name));

  it.each<[string, Layout]>([
    ['in chunks', { chunks: 2, groups: 2 }],
    ['with recomputed layers', { recompute: 9 }],
  ])('has the gradients that the CPU computes: %s', (_, layout) => gradientsAgree('bert', layout));

  // A model folder with real weights, such as all-MiniLM-L6-v2. With a software driver a step takes minutes.
  if (process.env.HONE_TEST_MODEL)
    it('has the gradients that the CPU computes, on real weights', () => gradientsAgree(process.env.HONE_TEST_MODEL));

  const folder = temporaryFolder();

  it.runIf(DEVICE === 'webgpu')(
    'runs no node on the CPU and copies nothing there, by the profile of the session',
    async () => {
      const model = await openTrainable();
      const profiled = { enableProfiling: true, profileFilePrefix: folder.join('step') };
      const gpu = await openWebGpuDevice(model.program, model.parameters(), profiled);
      await train(gpu, model, 1);
      await gpu.close();
      const [file = ''] = await readdir(folder.path);
      const events: { cat: string; name: string; args: Record<string, string> }[] = JSON.parse(
        await readFile(folder.join(file), 'utf8'),
      );
      const run = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
      const by = (provider: string) => run.filter(({ args }) => args.provider === provider).map((e) => e.args.op_name);
      expect(by('WebGpuExecutionProvider').length).toBeGreaterThan(500);
      expect(by('CPUExecutionProvider')).toEqual([]);
      expect(run.filter(({ args }) => args.op_name === 'MemcpyToHost').length).toBeLessThanOrEqual(1);
    },
  );
});

describe(`ten steps on ${DEVICE}`, () => {
  it('have the losses and norms of ten steps on the CPU, and end with the same weights', async () => {
    const model = await openTrainable();
    const [cpu, gpu] = [await onCpu(model), await onGpu(model)];
    const [expected, actual] = [await train(cpu, model), await train(gpu, model)];
    for (const [i, loss] of expected.losses.entries()) expect(actual.losses[i]).toBeCloseTo(loss, 3);
    for (const [i, norm] of expected.norms.entries()) expect((actual.norms[i] ?? Number.NaN) / norm).toBeCloseTo(1, 2);
    const reference = new Map((await cpu.read()).map((parameter) => [parameter.name, parameter]));
    for (const { name, weights } of await gpu.read())
      if (!KEY_BIAS.test(name))
        expect.soft(distance(weights, reference.get(name)?.weights ?? new Float32Array()), name).toBeLessThan(1e-2);
    await gpu.close();
    await cpu.close();
  });

  it('give the same bits again, and continue from a checkpoint as if they had not been interrupted', async () => {
    const model = await openTrainable();
    const gpu = await onGpu(model);
    const half = await train(gpu, model, 4);
    const checkpoint = (await gpu.read()).map(copyOf);
    const oneMore = async (device: TrainingDevice) => {
      const loss = await device.gradients(model.batch);
      await device.update({ ...STEP, step: 5 });
      const states = (await device.read()).map(copyOf);
      await device.close();
      return { loss, states };
    };
    const continued = await oneMore(gpu);
    const resumed = await oneMore(await openGpu(model.program, parametersAt(model, checkpoint)));
    expect(resumed).toEqual(continued);
    const again = await onGpu(model);
    expect(await train(again, model, 4)).toEqual(half);
    await again.close();
  });

  it('sum the weighted gradients of the batches between two updates', async () => {
    const model = await openTrainable();
    for (const open of [onCpu, onGpu]) {
      const [one, two] = [await open(model), await open(model)];
      await one.gradients(model.batch);
      const half = { ...model.batch, share: new Tensor('float32', [0.5], []) };
      await two.gradients(half);
      await two.gradients(half);
      expect(await two.update(STEP)).toBeCloseTo(await one.update(STEP), 5);
      const single = await one.read();
      for (const [i, { first }] of (await two.read()).entries())
        expect(distance(first, single[i]?.first ?? new Float32Array())).toBeLessThan(1e-5);
      await one.close();
      await two.close();
    }
  });

  it('change nothing if a gradient is not finite', async () => {
    const model = await openTrainable();
    const parameters = model.parameters();
    parameters.find(({ name }) => name === 'encoder.layer.0.intermediate.dense.bias')?.weights.fill(Number.NaN);
    const before = parameters.map(copyOf);
    const gpu = await openGpu(model.program, parameters);
    expect(await gpu.gradients(model.batch)).toBeNaN();
    expect(await gpu.update(STEP)).toBeNaN();
    expect((await gpu.read()).map(copyOf)).toEqual(before);
    await gpu.close();
  });
});
