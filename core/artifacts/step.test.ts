import { mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { ArtifactRef } from '../contracts/artifact.ts';
import type { ArtifactStore } from '../contracts/artifact-store.ts';
import { openFilesystemStore } from './filesystem.ts';
import { doStep, type StepIdentity } from './step.ts';

const Output = z.object({ text: ArtifactRef });
let folder: string;
let store: ArtifactStore;
let worked: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hone-step-'));
  store = await openFilesystemStore(folder);
  worked = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const chunkStep: StepIdentity = {
  name: 'chunk',
  version: 1,
  inputs: { documents: 'abc' },
  options: { overlap: 0, size: 256 },
};
const doIt = (identity: StepIdentity, words = 'chunks') =>
  doStep(store, identity, Output, async () => {
    worked++;
    return { text: await store.putObject(new TextEncoder().encode(words)) };
  });

it('does a step once, whoever asks', async () => {
  const first = await doIt(chunkStep);
  const second = await doIt({ ...chunkStep, options: { size: 256, overlap: 0 } });
  expect(worked).toBe(1);
  expect(first.reused).toBe(false);
  expect(second).toMatchObject({ reused: true, output: first.output, seconds: first.seconds });
});

it.each([
  ['an option', { ...chunkStep, options: { overlap: 1, size: 256 } }],
  ['an input', { ...chunkStep, inputs: { documents: 'abd' } }],
  ['the version of the code', { ...chunkStep, version: 2 }],
])('does it again when %s has changed', async (_what, changed) => {
  await doIt(chunkStep);
  await doIt(changed);
  expect(worked).toBe(2);
});

it('does it again when it failed before the end', async () => {
  const dies = doStep(store, chunkStep, Output, async () => {
    await store.putObject(new TextEncoder().encode('half'));
    throw new Error('killed');
  });
  await expect(dies).rejects.toThrow('killed');
  expect((await doIt(chunkStep)).reused).toBe(false);
});

it('does it again when what it made is gone', async () => {
  const { output } = await doIt(chunkStep);
  await unlink(fileURLToPath(output.text.uri));
  expect((await doIt(chunkStep)).reused).toBe(false);
  expect((await doIt(chunkStep)).reused).toBe(true);
  expect(worked).toBe(2);
});

it('hands everybody the output of the first of two workers that did it at once', async () => {
  const [one, two] = await Promise.all([doIt(chunkStep, 'by one'), doIt(chunkStep, 'by two')]);
  expect(one.output).toEqual(two.output);
  expect((await doIt(chunkStep)).output).toEqual(one.output);
});
