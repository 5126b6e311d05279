import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, lastJson, MODEL, Project, pumpPages } from './project.ts';
import { rot } from './rot.ts';

// Headings as questions: nothing is asked of anybody, so that only training is left to interrupt.
const run = [
  'run',
  'docs',
  '--model',
  MODEL,
  '--questions',
  'headings',
  '--max-length',
  '64',
  '--batch-size',
  '2',
  '--json',
];
const epochs = ['--epochs', '16'];

const STEPS = /train .*?([1-9]\d*)\/\d+ steps/;

let undisturbed: Project;
let disturbed: Project;
let alone: Ended;
beforeAll(async () => {
  undisturbed = await Project.create();
  disturbed = await Project.create();
  for (const project of [undisturbed, disturbed]) await project.write(pumpPages(16));
  alone = await undisturbed.hone([...run, ...epochs]);
});
afterAll(async () => {
  await undisturbed.remove();
  await disturbed.remove();
});

it('goes on where it was after Ctrl-C during training, and ends with the same bytes as a run left alone', async () => {
  const interrupted = disturbed.start([...run, ...epochs]);
  await interrupted.says(STEPS);
  interrupted.child.kill('SIGINT');
  const stopped = await interrupted.ended;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(/npx hone follow \S+/);

  const resumed = await disturbed.hone([...run, ...epochs]);
  expect(resumed.stderr).toContain('goes on where it was');
  expect(resumed.code).toBe(alone.code);
  expect(stepsSeen(resumed)[0]).toBeGreaterThanOrEqual(stepsSeen(stopped).at(-1) as number);
  expect(await weightsOf(lastJson(resumed).model)).toBe(await weightsOf(lastJson(alone).model));
});

it('survives a kill -9 of everything during training, to the same bytes', async () => {
  // In a store where nothing is done yet.
  const afresh = [...run, ...epochs, '--store', 'killed'];
  const killed = disturbed.start(afresh);
  await killed.says(STEPS);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const resumed = await disturbed.hone(afresh);
  expect(resumed.stderr).toContain('goes on where it was');
  expect(await weightsOf(lastJson(resumed).model)).toBe(await weightsOf(lastJson(alone).model));
});

it('is paused and resumed from a second terminal, while the first one goes on showing it', async () => {
  const first = disturbed.start([...run, '--epochs', '6', '--seed', '5']);
  await first.says(/train +running/);
  const [{ workflowId }] = lastJson(await disturbed.hone(['list', '--json']));
  const paused = await disturbed.hone(['pause', workflowId]);
  expect(paused.stdout).toBe(`${workflowId}: Paused. To continue: hone resume ${workflowId}\n`);
  await first.says(new RegExp(`Paused. To continue: hone resume ${workflowId}`));
  expect((await disturbed.hone(['list'])).stdout).toMatch(new RegExp(`^${workflowId} +paused`, 'm'));

  const resumed = await disturbed.hone(['resume', workflowId]);
  expect(resumed.stdout).toBe(`${workflowId}: It goes on.\n`);
  const { code, ...ended } = await first.ended;
  expect([0, 3]).toContain(code);
  expect(lastJson({ code, ...ended })).toMatchObject({ workflowId, state: 'done' });
});

it('makes again what has rotted in the store, and goes on', async () => {
  const { path, bytes } = await rot(disturbed.folder, 'build-dataset', ({ train }) => train);

  // Another training of the same data, so that this has to be read.
  const after = await disturbed.hone([...run, '--epochs', '1', '--seed', '7']);
  expect([0, 3]).toContain(after.code);
  expect(lastJson(after).training.steps).toBeGreaterThan(0);
  expect(await readFile(path)).toEqual(bytes);
});

function stepsSeen({ stderr }: Ended): number[] {
  return [...stderr.matchAll(new RegExp(STEPS, 'g'))].map((match) => Number(match[1]));
}

async function weightsOf(model: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(model, 'model.safetensors')))
    .digest('hex');
}
