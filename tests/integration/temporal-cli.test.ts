import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Progress, Progress as ProgressSchema } from '../../core/contracts/progress.ts';
import { lastJson, MODEL, Project, pumpPages, type Running } from './project.ts';
import { type Temporal, temporal } from './temporal.ts';

/** A Temporal server apart from Hone, one `hone worker`, and nothing but the Temporal CLI to start a run with. */
let server: Temporal;
let project: Project;
let worker: Running;
beforeAll(async () => {
  const folder = await Project.create();
  server = await temporal(join(folder.folder, 'server'));
  project = await Project.create({ TEMPORAL_ADDRESS: server.address });
  await project.write(pumpPages(8));
});
afterAll(async () => {
  worker.child.kill('SIGTERM');
  expect((await worker.ended).code).toBe(0);
  await server.close();
  await project.remove();
});

async function start(id: string, input: unknown): Promise<void> {
  await project.write({ [`${id}.json`]: JSON.stringify(input) });
  const args = ['workflow', 'start', '--type', 'fineTune', '--task-queue', 'hone', '--workflow-id', id];
  await server.cli([...args, '--input-file', `${id}.json`], project.folder);
}

const tell = (id: string, name: string) =>
  server.cli(['workflow', 'update', 'execute', '--workflow-id', id, '--name', name, '-o', 'json']);

/** Asks until the run is as far as that. */
async function until(id: string, there: (progress: Progress) => boolean): Promise<Progress> {
  for (;;) {
    const answer = await server.cli(['workflow', 'query', '--workflow-id', id, '--type', 'progress', '-o', 'json']);
    const progress = ProgressSchema.parse(JSON.parse(answer).queryResult[0]);
    if (there(progress)) return progress;
    const { status } = JSON.parse(
      await server.cli(['workflow', 'describe', '--workflow-id', id, '-o', 'json']),
    ).workflowExecutionInfo;
    if (status !== 'WORKFLOW_EXECUTION_STATUS_RUNNING') throw new Error(`${id} ended: ${JSON.stringify(progress)}`);
  }
}

const train = ({ stages }: Progress) => stages.find(({ name }) => name === 'train');

const long = {
  documents: ['docs'],
  model: MODEL,
  questions: { from: 'headings' },
  training: { epochs: 40, maxLength: 64, batchSize: 2 },
};

it('starts, follows, pauses, resumes and cancels a run; a new one of the same input goes on from its checkpoint', async () => {
  await start('by-hand', long);
  // Nobody serves it yet: the server keeps what it is told.
  await server.cli(['workflow', 'signal', '--workflow-id', 'by-hand', '--name', 'pause']);
  worker = project.start(['worker']);
  await worker.says(/Serving/);
  const held = await until('by-hand', ({ hold }) => hold !== undefined);
  expect(held.hold).toEqual({ state: 'paused' });
  expect(held.stages.every(({ state }) => state === 'waiting')).toBe(true);

  expect(await tell('by-hand', 'resume')).toContain('It goes on.');
  await expect(tell('by-hand', 'approve')).rejects.toThrow('does not wait for approval');
  await until('by-hand', (progress) => train(progress)?.state === 'running');
  expect(await tell('by-hand', 'pause')).toContain('Paused.');
  const paused = await until('by-hand', ({ hold }) => hold?.state === 'paused');
  expect(train(paused)?.state).toBe('paused');
  const list = await server.cli(['workflow', 'list', '--query', `HoneStage = 'paused' AND HoneModel = '${MODEL}'`]);
  expect(list).toContain('by-hand');

  await tell('by-hand', 'resume');
  await until('by-hand', (progress) => train(progress)?.state === 'running');
  await tell('by-hand', 'cancel');
  await expect(server.cli(['workflow', 'result', '--workflow-id', 'by-hand'])).rejects.toThrow(/failed/);
  const cancelled = await until('by-hand', (progress) => train(progress)?.state === 'cancelled');
  const reached = train(cancelled)?.progress?.done as number;
  expect(reached).toBeGreaterThan(0);

  await start('again', long);
  await until('again', (progress) => train(progress)?.state === 'running');
  await tell('again', 'pause');
  const resumed = train(await until('again', ({ hold }) => hold?.state === 'paused'))?.progress;
  expect(resumed?.done).toBeGreaterThan(reached);
  await server.cli(['workflow', 'cancel', '--workflow-id', 'again']);
  await expect(server.cli(['workflow', 'result', '--workflow-id', 'again'])).rejects.toThrow(/failed/);
  expect(train(await until('again', (progress) => train(progress)?.state === 'cancelled'))?.progress).toEqual(resumed);
});

it('runs what the Temporal CLI starts, and hone follows it', async () => {
  await start('from-the-cli', {
    documents: ['docs'],
    model: MODEL,
    questions: { from: 'headings' },
    training: { epochs: 1, maxLength: 64 },
  });
  const followed = await project.hone(['follow', 'from-the-cli', '--json']);
  expect(lastJson(followed)).toMatchObject({ workflowId: 'from-the-cli', counts: { documents: 8 } });
  expect(followed.code).toBe(0);
});

it('fails an invalid run at once with every fault named', async () => {
  await start('invalid', {
    documents: ['docs'],
    training: { epochs: 0, batchSize: 1 },
    questions: { perChunk: 99 },
    sneaky: true,
  });
  const { code, stderr } = await project.hone(['follow', 'invalid']);
  expect(code).toBe(1);
  for (const path of ['training.epochs', 'training.batchSize', 'questions.perChunk', 'sneaky'])
    expect(stderr).toContain(path);
});

it('reads nothing outside the folders the worker allows', async () => {
  await start('outside', { documents: ['/etc'], model: MODEL, questions: { from: 'headings' } });
  const { code, stderr } = await project.hone(['follow', 'outside']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/\/etc lies outside/);
});
