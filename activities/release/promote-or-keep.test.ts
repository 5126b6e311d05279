import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryStore } from '../../core/artifacts/temporary-store.fixture.ts';
import { listModels } from '../../core/release/list-models.ts';
import { currentRelease } from '../../core/release/promote.ts';
import { rollBack } from '../../core/release/roll-back.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { meanOf, putModel, trainedCandidate } from './candidate.fixture.ts';
import { promoteOrKeep } from './promote-or-keep.ts';

const temporary = temporaryStore();

/** A run produced these weights; they are better than version `expected` by `gain`. */
async function promoteWeights(weights: string, expected: number, { gain = 0.1, requestId = weights } = {}) {
  const { store, folder } = temporary;
  const model = await putModel(store, weights);
  const { output } = await promoteOrKeep(await contextIn(folder.path, { store }), {
    name: 'handbook',
    expected,
    candidate: await trainedCandidate(store, model, { workflowId: `run-${weights}` }),
    gain: { metric: 'hit@5', difference: meanOf(gain) },
    options: { gate: 'better', maxGeneralDrop: 0.01 },
    requestId,
  });
  return output;
}
const versions = async () => (await listModels(temporary.store, 'handbook'))[0]?.versions.length;

it('promotes a better model, with its folder and the reason', async () => {
  await promoteWeights('one', 0);
  const { decision, reason, version } = await promoteWeights('two', 1);
  expect({ decision, version }).toEqual({ decision: 'promoted', version: 2 });
  expect(reason).toContain('better than handbook v1 by 10.0 points');
  const release = await currentRelease(temporary.store, 'handbook');
  expect(release).toMatchObject({ workflowId: 'run-two', comparedWith: 'handbook v1' });
  expect(await readFile(fileURLToPath(`${release?.modelUri}/model.safetensors`), 'utf8')).toBe('two');
});

it('keeps the current version if the new model is worse', async () => {
  await promoteWeights('one', 0);
  expect(await promoteWeights('two', 1, { gain: -0.2 })).toMatchObject({ decision: 'refused', version: 1 });
  expect(await versions()).toBe(1);
});

it('promotes once if the first attempt died after its promotion', async () => {
  const first = await promoteWeights('one', 0);
  expect(await promoteWeights('one', 0)).toEqual(first);
  expect(await versions()).toBe(1);
});

it('promotes once if two retrainings produce the same weights', async () => {
  const both = await Promise.all([
    promoteWeights('one', 0, { requestId: 'a' }),
    promoteWeights('one', 0, { requestId: 'b' }),
  ]);
  expect(both.filter(({ decision }) => decision === 'promoted')).toHaveLength(1);
  expect(await versions()).toBe(1);
});

it('of two concurrent promotions, the slower one has a conflict with the version that the faster one promoted', async () => {
  await promoteWeights('one', 0);
  const both = await Promise.all([promoteWeights('two', 1), promoteWeights('three', 1)]);
  expect(both.map(({ decision }) => decision).sort()).toEqual(['conflict', 'promoted']);
  expect(both.map(({ version }) => version)).toEqual([2, 2]);
});

it('does not promote weights again that somebody rolled back', async () => {
  await promoteWeights('one', 0);
  await promoteWeights('two', 1);
  await rollBack(temporary.store, { name: 'handbook', by: 'anna', reason: 'part numbers' }, 'request');
  const { decision, reason } = await promoteWeights('two', 1, { requestId: 'next night' });
  expect(decision).toBe('refused');
  expect(reason).toBe('handbook v1 stays: training produced the weights of v2, which anna rolled back (part numbers).');
});
