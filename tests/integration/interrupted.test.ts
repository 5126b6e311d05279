import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lastJson, MODEL, Project, pumpPages } from './project.ts';

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
const epochs = ['--epochs', '4'];

let undisturbed: Project;
let disturbed: Project;
beforeAll(async () => {
  undisturbed = await Project.create();
  disturbed = await Project.create();
  for (const project of [undisturbed, disturbed]) await project.write(pumpPages(16));
});
afterAll(async () => {
  await undisturbed.remove();
  await disturbed.remove();
});

it('goes on where it was after Ctrl-C during training, and ends with the same bytes as a run left alone', async () => {
  const alone = await undisturbed.hone([...run, ...epochs]);

  const interrupted = disturbed.start([...run, ...epochs]);
  await interrupted.says(/train .*[1-9]\d*\/\d+ steps/);
  interrupted.child.kill('SIGINT');
  const stopped = await interrupted.ended;
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(/npx hone follow \S+/);

  const resumed = await disturbed.hone([...run, ...epochs]);
  expect(resumed.stderr).toMatch(/goes on|going on/i);
  expect(resumed.code).toBe(alone.code);
  expect(await weightsOf(lastJson(resumed).model)).toBe(await weightsOf(lastJson(alone).model));
});

it('survives a kill -9 of everything during training', async () => {
  const killed = disturbed.start([...run, '--epochs', '3']);
  await killed.says(/train .*[1-9]\d*\/\d+ steps/);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const resumed = await disturbed.hone([...run, '--epochs', '3']);
  expect([0, 3]).toContain(resumed.code);
  expect(lastJson(resumed).training.steps).toBeGreaterThan(0);
});

async function weightsOf(model: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(model, 'model.safetensors')))
    .digest('hex');
}
