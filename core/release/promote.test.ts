import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFilesystemStore } from '../artifacts/filesystem.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import type { Comparison } from '../contracts/evaluation.ts';
import { gateRefusal } from './gate.ts';
import { currentRelease, promote } from './promote.ts';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-release-'));
  store = await openFilesystemStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const candidate = (sha: string) => ({
  model: { files: [], sha256: sha },
  modelUri: `file:///runs/${sha}/model`,
  workflowId: sha,
  gain: { value: 0.1, low: 0.05, high: 0.15 },
});
const gain = (value: number, low: number, high: number): Comparison => ({
  metric: 'hit@5',
  difference: { value, low, high },
});

it('numbers the models of a name from 1', async () => {
  expect(await currentRelease(store, 'handbook')).toBeUndefined();
  expect(await promote(store, 'handbook', candidate('a'))).toEqual({ version: 1, moved: true });
  expect(await promote(store, 'handbook', candidate('b'))).toEqual({ version: 2, moved: true });
  expect(await currentRelease(store, 'handbook')).toMatchObject({ version: 2, workflowId: 'b' });
});

it('moves nothing when the same model is promoted again', async () => {
  await promote(store, 'handbook', candidate('a'));
  expect(await promote(store, 'handbook', candidate('a'))).toEqual({ version: 1, moved: false });
});

it('gives each of many racing promotions a version of its own', async () => {
  const versions = await Promise.all(
    Array.from({ length: 8 }, (_, i) => promote(store, 'handbook', candidate(`m${i}`))),
  );
  expect(versions.map(({ version }) => version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('refuses a worse model, and with the gate "better" one that may only be lucky', () => {
  expect(gateRefusal('not-worse', gain(-0.01, -0.05, 0.03))).toContain('worse than base by 1.0 points');
  expect(gateRefusal('not-worse', gain(0, -0.02, 0.02))).toBeUndefined();
  expect(gateRefusal('better', gain(0.02, -0.01, 0.05))).toContain('not surely better');
  expect(gateRefusal('better', gain(0.02, 0.01, 0.05))).toBeUndefined();
  expect(gateRefusal('none', gain(-0.5, -0.6, -0.4))).toBeUndefined();
});
