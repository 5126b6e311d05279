import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryStore } from '../../core/artifacts/temporary-store.fixture.ts';
import type { TunedModel } from '../../core/contracts/model.ts';
import type { Release } from '../../core/contracts/release.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { currentRelease } from '../../core/release/promote.ts';
import { verifyRelease } from '../../core/release/signature/signed-release.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { putModel, trainedCandidate } from './candidate.fixture.ts';
import { publish } from './publish.ts';

const temporary = temporaryStore();
const model = (weights: string) => putModel(temporary.store, weights);

async function publishModel(tuned: TunedModel, options: RunInput['publish'], gain = 0.1, signingKey?: KeyObject) {
  const { store, folder } = temporary;
  const context = await contextIn(folder.path, { store, signingKey, owner: { run: tuned.sha256, attempt: 1 } });
  return publish(context, { candidate: await trainedCandidate(store, tuned, { gain }), options });
}

const named: RunInput['publish'] = { name: 'handbook', gate: 'not-worse' };
const weightsAt = (uri = '') => readFile(fileURLToPath(`${uri}/model.safetensors`), 'utf8');

it('writes the model folder and promotes the model under its name', async () => {
  const { output, reused, summary } = await publishModel(await model('one'), named);
  expect(await weightsAt(output.modelUri)).toBe('one');
  expect(output.published).toMatchObject({ name: 'handbook', version: 1, promoted: true });
  expect(summary).toBe('handbook v1 · better than base by 10.0 points (95 % CI 5.0 to 15.0)');
  expect(reused).toBe(false);
});

it('is reused for the same model, and restores files that were removed', async () => {
  const tuned = await model('one');
  const { output } = await publishModel(tuned, named);
  expect((await publishModel(tuned, named)).reused).toBe(true);
  await unlink(fileURLToPath(`${output.modelUri}/model.safetensors`));
  expect((await publishModel(tuned, named)).reused).toBe(false);
  expect(await weightsAt(output.modelUri)).toBe('one');
});

it('replaces the weights of an earlier run with the same id, even if they have the same size', async () => {
  await publishModel(await model('one'), named);
  const { output } = await publishModel(await model('two'), named);
  expect(await weightsAt(output.modelUri)).toBe('two');
  expect(output.published).toMatchObject({ version: 2 });
});

it('never changes the weights in the folder of a promoted version', async () => {
  await publishModel(await model('one'), named);
  const first = await currentRelease(temporary.store, 'handbook');
  const { output } = await publishModel(await model('two'), named, -0.2);
  expect(await weightsAt(output.modelUri)).toBe('two');
  expect(await weightsAt(first?.modelUri)).toBe('one');
});

it('keeps the current version if the gate refuses a worse model', async () => {
  await publishModel(await model('one'), named);
  const { output } = await publishModel(await model('two'), named, -0.2);
  expect(output.published).toMatchObject({ version: 1, promoted: false });
  expect(output.published?.reason).toContain('worse than base by 20.0 points');
});

it('signs what it publishes before it is the current version, and nothing else', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { store } = temporary;
  const { output } = await publishModel(await model('one'), named, 0.1, privateKey);
  const release = await currentRelease(store, 'handbook');
  await verifyRelease(store, { ...(release as Release), name: 'handbook' }, [publicKey]);
  expect(await readdir(fileURLToPath(output.modelUri))).not.toContain('model.sig');
  await publishModel(await model('two'), named, -0.2, privateKey);
  expect(await readdir(temporary.folder.join('store/published/handbook'))).toHaveLength(2);
});

it('publishes no model that is corrupt in the store', async () => {
  const first = await model('one');
  const [file] = first.files;
  await writeFile(fileURLToPath(file?.ref.uri as string), 'eno');
  await expect(publishModel(first, named)).rejects.toMatchObject({ kind: 'lost' });
  expect((await publishModel(await model('one'), named)).output.published).toMatchObject({ promoted: true });
});

it('promotes nothing without a name', async () => {
  const { output } = await publishModel(await model('one'), { gate: 'not-worse' });
  expect(output.published).toBeUndefined();
});
