import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFilesystemStore } from '../../core/artifacts/filesystem.ts';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import type { TrainedCandidate } from '../../core/contracts/release.ts';
import { listModels } from '../../core/release/list-models.ts';
import { currentRelease } from '../../core/release/promote.ts';
import { rollBack } from '../../core/release/roll-back.ts';
import type { StepContext } from '../runtime/context.ts';
import { promoteOrKeep } from './promote-or-keep.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-promoteOrKeep-'));
  store = await openFilesystemStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const estimate = (value: number) => ({ value, low: value - 0.05, high: value + 0.05 });

/** A run came to these weights, and they beat what was there by `gain`. */
async function concluding(weights: string, expected: number, { gain = 0.1, requestId = weights } = {}) {
  const ref = await store.putObject(new TextEncoder().encode(weights));
  const candidate = {
    workflowId: `run-${weights}`,
    base: { name: 'tiny' },
    model: { files: [{ path: 'model.safetensors', ref }], sha256: ref.sha256 },
    evaluation: { tuned: { metrics: { 'hit@5': estimate(0.8) } } },
    dataset: { train: ref, validation: ref },
  };
  const { output } = await promoteOrKeep({ store, progress: () => {} } as unknown as StepContext, {
    name: 'handbook',
    expected,
    candidate: candidate as unknown as TrainedCandidate,
    gain: { metric: 'hit@5', difference: estimate(gain) },
    options: { gate: 'better', maxGeneralDrop: 0.01 },
    requestId,
  });
  return output;
}
const versions = async () => (await listModels(store, 'handbook'))[0]?.versions.length;

it('promotes a better model, with its folder and the reason', async () => {
  await concluding('one', 0);
  const { decision, reason, version } = await concluding('two', 1);
  expect({ decision, version }).toEqual({ decision: 'promoted', version: 2 });
  expect(reason).toContain('better than handbook v1 by 10.0 points');
  const release = await currentRelease(store, 'handbook');
  expect(release).toMatchObject({ workflowId: 'run-two', comparedWith: 'handbook v1' });
  expect(await readFile(fileURLToPath(`${release?.modelUri}/model.safetensors`), 'utf8')).toBe('two');
});

it('keeps what is there when the new one is worse', async () => {
  await concluding('one', 0);
  expect(await concluding('two', 1, { gain: -0.2 })).toMatchObject({ decision: 'refused', version: 1 });
  expect(await versions()).toBe(1);
});

it('promotes once when its first attempt died before it could say so', async () => {
  const first = await concluding('one', 0);
  expect(await concluding('one', 0)).toEqual(first);
  expect(await versions()).toBe(1);
});

it('promotes once when two retrainings come to the same weights', async () => {
  const both = await Promise.all([concluding('one', 0, { requestId: 'a' }), concluding('one', 0, { requestId: 'b' })]);
  expect(both.filter(({ decision }) => decision === 'promoted')).toHaveLength(1);
  expect(await versions()).toBe(1);
});

it('has the slower of two decide again, against what the faster one promoted', async () => {
  await concluding('one', 0);
  const both = await Promise.all([concluding('two', 1), concluding('three', 1)]);
  expect(both.map(({ decision }) => decision).sort()).toEqual(['conflict', 'promoted']);
  expect(both.map(({ version }) => version)).toEqual([2, 2]);
});

it('does not promote again what somebody rolled back', async () => {
  await concluding('one', 0);
  await concluding('two', 1);
  await rollBack(store, { name: 'handbook', by: 'anna', reason: 'part numbers' }, 'asked-once');
  const { decision, reason } = await concluding('two', 1, { requestId: 'next night' });
  expect(decision).toBe('refused');
  expect(reason).toBe('handbook v1 stays: training came to the weights of v2, which anna rolled back (part numbers).');
});
