import { mkdtemp, readFile, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFilesystemStore } from '../../core/artifacts/filesystem.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { TunedModel } from '../../core/contracts/model.ts';
import type { TrainedCandidate } from '../../core/contracts/release.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { currentRelease } from '../../core/release/promote.ts';
import type { StepContext } from '../runtime/context.ts';
import { publish } from './publish.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-publish-'));
  store = await openFilesystemStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function model(weights: string): Promise<TunedModel> {
  const ref = await store.putObject(new TextEncoder().encode(weights));
  return { files: [{ path: 'model.safetensors', ref }], sha256: ref.sha256 };
}

async function publishing(tuned: TunedModel, options: RunInput['publish'], gain = 0.1, run = tuned.sha256) {
  const estimate = (value: number) => ({ value, low: value - 0.05, high: value + 0.05 });
  const evaluation = {
    gain: { metric: 'hit@5', difference: estimate(gain) },
    tuned: { metrics: { 'hit@5': estimate(0.8) } },
  };
  const ref = await store.putObject(new TextEncoder().encode('{}'));
  const candidate = {
    workflowId: 'handbook-1',
    base: { name: 'tiny' },
    model: tuned,
    evaluation,
    dataset: { train: ref, validation: ref },
  };
  const context = { store, progress: () => {}, lease: { run, attempt: 1 } } as unknown as StepContext;
  return publish(context, { candidate: candidate as unknown as TrainedCandidate, options });
}

const named: RunInput['publish'] = { name: 'handbook', gate: 'not-worse' };
const weightsAt = (uri: string) => readFile(fileURLToPath(`${uri}/model.safetensors`), 'utf8');

it('lays the model out as a folder and promotes it under its name', async () => {
  const { output, reused, summary } = await publishing(await model('one'), named);
  expect(await weightsAt(output.modelUri)).toBe('one');
  expect(output.published).toMatchObject({ name: 'handbook', version: 1, promoted: true });
  expect(summary).toBe('handbook v1 · better than base by 10.0 points (95 % CI 5.0 to 15.0)');
  expect(reused).toBe(false);
});

it('does nothing twice for the same model, and puts back what somebody removed', async () => {
  const tuned = await model('one');
  const { output } = await publishing(tuned, named);
  expect((await publishing(tuned, named)).reused).toBe(true);
  await unlink(fileURLToPath(`${output.modelUri}/model.safetensors`));
  expect((await publishing(tuned, named)).reused).toBe(false);
  expect(await weightsAt(output.modelUri)).toBe('one');
});

it('replaces the weights of an earlier run of the same name, even where they are as long', async () => {
  await publishing(await model('one'), named);
  const { output } = await publishing(await model('two'), named);
  expect(await weightsAt(output.modelUri)).toBe('two');
  expect(output.published).toMatchObject({ version: 2 });
});

it('never puts other weights where a promoted version lies', async () => {
  const { output } = await publishing(await model('one'), named);
  const first = await currentRelease(store, 'handbook');
  await publishing(await model('two'), named, -0.2);
  expect(await weightsAt(output.modelUri)).toBe('two');
  expect(await weightsAt(first?.modelUri as string)).toBe('one');
});

it('keeps what was promoted when the gate refuses a worse model', async () => {
  await publishing(await model('one'), named);
  const { output } = await publishing(await model('two'), named, -0.2);
  expect(output.published).toMatchObject({ version: 1, promoted: false });
  expect(output.published?.reason).toContain('worse than base by 20.0 points');
});

it('promotes nothing without a name', async () => {
  const { output } = await publishing(await model('one'), { gate: 'not-worse' });
  expect(output.published).toBeUndefined();
});
