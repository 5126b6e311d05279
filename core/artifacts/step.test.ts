import { unlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { ArtifactRef } from '../contracts/artifact.ts';
import { doStep, type StepIdentity } from './step.ts';
import { temporaryStore } from './temporary-store.fixture.ts';

const Output = z.object({ text: ArtifactRef });
const temporary = temporaryStore();
let executions = 0;
beforeEach(() => {
  executions = 0;
});

const chunkStep: StepIdentity = {
  name: 'chunk',
  version: 1,
  inputs: { documents: 'abc' },
  options: { overlap: 0, size: 256 },
};
const doIt = (identity: StepIdentity, text = 'chunks') =>
  doStep(temporary.store, identity, Output, async () => {
    executions++;
    return { text: await temporary.store.putObject(new TextEncoder().encode(text)) };
  });

it('executes a step once, and reuses its output afterwards', async () => {
  const first = await doIt(chunkStep);
  const second = await doIt({ ...chunkStep, options: { size: 256, overlap: 0 } });
  expect(executions).toBe(1);
  expect(first.reused).toBe(false);
  expect(second).toMatchObject({ reused: true, output: first.output, seconds: first.seconds });
});

it.each([
  ['an option', { ...chunkStep, options: { overlap: 1, size: 256 } }],
  ['an input', { ...chunkStep, inputs: { documents: 'abd' } }],
  ['the version of the code', { ...chunkStep, version: 2 }],
])('executes the step again when %s has changed', async (_what, changed) => {
  await doIt(chunkStep);
  await doIt(changed);
  expect(executions).toBe(2);
});

it('executes the step again when it failed before its end', async () => {
  const dies = doStep(temporary.store, chunkStep, Output, async () => {
    await temporary.store.putObject(new TextEncoder().encode('half'));
    throw new Error('killed');
  });
  await expect(dies).rejects.toThrow('killed');
  expect((await doIt(chunkStep)).reused).toBe(false);
});

it('executes the step again when its output has been deleted', async () => {
  const { output } = await doIt(chunkStep);
  await unlink(fileURLToPath(output.text.uri));
  expect((await doIt(chunkStep)).reused).toBe(false);
  expect((await doIt(chunkStep)).reused).toBe(true);
  expect(executions).toBe(2);
});

it('returns the output of the first of two workers that executed the step at once', async () => {
  const [one, two] = await Promise.all([doIt(chunkStep, 'by one'), doIt(chunkStep, 'by two')]);
  expect(one.output).toEqual(two.output);
  expect((await doIt(chunkStep)).output).toEqual(one.output);
});
