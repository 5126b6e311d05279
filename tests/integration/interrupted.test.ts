import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { sha256 } from '../../core/primitives/hash.ts';
import { corruptArtifact } from '../harness/corrupt-artifact.ts';
import type { ProcessResult } from '../harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { useHarness } from '../harness/use-harness.ts';

// With headings as questions no request is sent, so that nearly all of the run is training.
const run = [
  'run',
  'docs',
  '--model',
  MINILM,
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

const harness = useHarness();
let disturbed: Project;
let undisturbed: ProcessResult;
beforeAll(async () => {
  const other = await createProject(harness);
  disturbed = await createProject(harness);
  for (const project of [other, disturbed]) await project.write(pumpPages(16));
  undisturbed = await other.hone([...run, ...epochs]);
});

it('resumes training after Ctrl-C, and ends with the same bytes as an undisturbed run', async () => {
  const interrupted = disturbed.start([...run, ...epochs]);
  await interrupted.waitForLog(STEPS);
  const stopped = await interrupted.kill('SIGINT');
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toMatch(/npx hone follow \S+/);

  const resumed = await disturbed.hone([...run, ...epochs]);
  expect(resumed.stderr).toContain('continues where it stopped');
  expect(resumed.code).toBe(undisturbed.code);
  expect(stepsShown(resumed)[0]).toBeGreaterThanOrEqual(stepsShown(stopped).at(-1) ?? Number.NaN);
  expect(await weightsHash(lastJson(resumed).model)).toBe(await weightsHash(lastJson(undisturbed).model));
});

it('resumes training after a kill -9, and ends with the same bytes', async () => {
  // With an empty store, so that no result is reused.
  const command = [...run, ...epochs, '--store', 'killed'];
  const killed = disturbed.start(command);
  await killed.waitForLog(STEPS);
  await killed.kill('SIGKILL');
  const resumed = await disturbed.hone(command);
  expect(resumed.stderr).toContain('continues where it stopped');
  expect(await weightsHash(lastJson(resumed).model)).toBe(await weightsHash(lastJson(undisturbed).model));
});

it('is paused and resumed from a second terminal, while the first one shows its progress', async () => {
  const first = disturbed.start([...run, '--epochs', '6', '--seed', '5']);
  await first.waitForLog(/train +running/);
  const [{ workflowId }] = lastJson(await disturbed.hone(['list', '--json']));
  const paused = await disturbed.hone(['pause', workflowId]);
  expect(paused.stdout).toBe(`${workflowId}: Paused. To continue: hone resume ${workflowId}\n`);
  await first.waitForLog(new RegExp(`Paused. To continue: hone resume ${workflowId}`));
  expect((await disturbed.hone(['list'])).stdout).toMatch(new RegExp(`^${workflowId} +paused`, 'm'));

  const resumed = await disturbed.hone(['resume', workflowId]);
  expect(resumed.stdout).toBe(`${workflowId}: Running.\n`);
  const { code, ...ended } = await first.ended;
  expect([0, 3]).toContain(code);
  expect(lastJson({ code, ...ended })).toMatchObject({ workflowId, state: 'done' });
});

it('recreates an artifact that is corrupt in the store, and continues', async () => {
  const { path, bytes } = await corruptArtifact(disturbed.folder, 'build-dataset', ({ train }) => train);

  // Another training on the same dataset, which has to read the artifact.
  const after = await disturbed.hone([...run, '--epochs', '1', '--seed', '7']);
  expect([0, 3]).toContain(after.code);
  expect(lastJson(after).training.steps).toBeGreaterThan(0);
  expect(await readFile(path)).toEqual(bytes);
});

it('publishes no model that is corrupt in the store, but trains it again', async () => {
  const project = await createProject(harness);
  await project.write(pumpPages(16));
  const short = [...run, '--epochs', '1'];
  await project.hone(short);
  const { path, bytes } = await corruptArtifact(project.folder, 'train', ({ model }) => {
    return model?.files.find(({ path }) => path === 'onnx/model.onnx')?.ref;
  });
  // Evaluating does not read this file, and all steps but publishing are reused.
  const { code, ...published } = await project.hone([...short, '--publish', 'handbook']);
  expect([0, 3]).toContain(code);
  expect(await readFile(path)).toEqual(bytes);
  expect(await readFile(join(lastJson({ code, ...published }).model, 'onnx', 'model.onnx'))).toEqual(bytes);
});

function stepsShown({ stderr }: ProcessResult): number[] {
  return [...stderr.matchAll(new RegExp(STEPS, 'g'))].map((match) => Number(match[1]));
}

async function weightsHash(model: string): Promise<string> {
  return sha256(await readFile(join(model, 'model.safetensors')));
}
