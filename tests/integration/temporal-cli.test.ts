import { afterAll, beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import { type Progress, Progress as ProgressSchema } from '../../core/contracts/progress.ts';
import type { ManagedProcess } from '../harness/managed-process.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { startTemporalServer, type TemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';

/** Runs are started with the Temporal CLI alone, and done by one `hone worker`. */
const harness = useHarness();
let server: TemporalServer;
let hone: Hone;
let project: Project;
let worker: ManagedProcess;
beforeAll(async () => {
  server = await startTemporalServer(harness);
  hone = await harness.use(Hone.connect({ address: server.address }));
  project = await createProject(harness, { TEMPORAL_ADDRESS: server.address });
  await project.write(pumpPages(8));
});
afterAll(async () => {
  expect((await worker.stop()).code).toBe(0);
});

async function start(id: string, input: unknown): Promise<void> {
  await project.write({ [`${id}.json`]: JSON.stringify(input) });
  const args = ['workflow', 'start', '--type', 'fineTune', '--task-queue', 'hone', '--workflow-id', id];
  await server.cli([...args, '--input-file', `${id}.json`], project.folder);
}

const update = (id: string, name: string) =>
  server.cli(['workflow', 'update', 'execute', '--workflow-id', id, '--name', name, '-o', 'json']);

/** Queries the run until the condition holds. */
async function until(id: string, condition: (progress: Progress) => boolean): Promise<Progress> {
  for (;;) {
    const answer = await server.cli(['workflow', 'query', '--workflow-id', id, '--type', 'progress', '-o', 'json']);
    const progress = ProgressSchema.parse(JSON.parse(answer).queryResult[0]);
    if (condition(progress)) return progress;
    const { status } = JSON.parse(
      await server.cli(['workflow', 'describe', '--workflow-id', id, '-o', 'json']),
    ).workflowExecutionInfo;
    if (status !== 'WORKFLOW_EXECUTION_STATUS_RUNNING') throw new Error(`${id} ended: ${JSON.stringify(progress)}`);
  }
}

/** Follows the run until it has done more training steps: one that is stopped before its first has none to keep. */
async function untilTrainedBeyond(id: string, steps: number): Promise<void> {
  for await (const progress of hone.follow(id, { intervalMs: 100 })) {
    if ((train(progress)?.progress?.done ?? 0) > steps) return;
    if (progress.state !== 'running') break;
  }
  throw new Error(`${id} has ended.`);
}

const train = ({ stages }: Progress) => stages.find(({ name }) => name === 'train');

const long = {
  documents: ['docs'],
  model: MINILM,
  questions: { from: 'headings' },
  training: { recipe: 'llama-index', epochs: 40, maxLength: 64, batchSize: 2 },
};

it('starts, follows, pauses, resumes and cancels a run; a new run with the same input resumes from its checkpoint', async () => {
  await start('by-hand', long);
  // There is no worker yet: the server keeps the signal for it.
  await server.cli(['workflow', 'signal', '--workflow-id', 'by-hand', '--name', 'pause']);
  worker = await project.startWorker();
  const held = await until('by-hand', ({ hold }) => hold !== undefined);
  expect(held.hold).toEqual({ state: 'paused' });
  expect(held.stages.every(({ state }) => state === 'waiting')).toBe(true);

  expect(await update('by-hand', 'resume')).toContain('Running.');
  await expect(update('by-hand', 'approve')).rejects.toThrow('does not wait for approval');
  await until('by-hand', (progress) => train(progress)?.state === 'running');
  expect(await update('by-hand', 'pause')).toContain('Paused.');
  const paused = await until('by-hand', ({ hold }) => hold?.state === 'paused');
  expect(train(paused)?.state).toBe('paused');
  const list = await server.cli(['workflow', 'list', '--query', `HoneStage = 'paused' AND HoneModel = '${MINILM}'`]);
  expect(list).toContain('by-hand');

  await update('by-hand', 'resume');
  await until('by-hand', (progress) => train(progress)?.state === 'running');
  await untilTrainedBeyond('by-hand', 0);
  await update('by-hand', 'cancel');
  await expect(server.cli(['workflow', 'result', '--workflow-id', 'by-hand'])).rejects.toThrow(/failed/);
  const cancelled = await until('by-hand', (progress) => train(progress)?.state === 'cancelled');
  const reached = train(cancelled)?.progress?.done ?? 0;
  expect(reached).toBeGreaterThan(0);

  await start('again', long);
  await untilTrainedBeyond('again', reached);
  await update('again', 'pause');
  const resumed = train(await until('again', ({ hold }) => hold?.state === 'paused'))?.progress;
  expect(resumed?.done).toBeGreaterThan(reached);
  await server.cli(['workflow', 'cancel', '--workflow-id', 'again']);
  await expect(server.cli(['workflow', 'result', '--workflow-id', 'again'])).rejects.toThrow(/failed/);
  expect(train(await until('again', (progress) => train(progress)?.state === 'cancelled'))?.progress).toEqual(resumed);
});

it('hone follow shows a run that the Temporal CLI started', async () => {
  await start('from-the-cli', {
    documents: ['docs'],
    model: MINILM,
    questions: { from: 'headings' },
    training: { epochs: 1, maxLength: 64 },
  });
  const followed = await project.hone(['follow', 'from-the-cli', '--json']);
  expect(lastJson(followed)).toMatchObject({ workflowId: 'from-the-cli', counts: { documents: 8 } });
  expect(followed.code).toBe(0);
});

it('fails an invalid run at once, naming each error in its input', async () => {
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

it('reads nothing outside the folders that the worker allows', async () => {
  await start('outside', { documents: ['/etc'], model: MINILM, questions: { from: 'headings' } });
  const { code, stderr } = await project.hone(['follow', 'outside']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/\/etc lies outside/);
});
