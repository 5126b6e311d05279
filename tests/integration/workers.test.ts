import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Hone } from '../../client/hone.ts';
import { MODEL, Project, pumpPages, type Running } from './project.ts';
import { type Temporal, temporal } from './temporal.ts';

/** One process a queue over a shared store, and a server on which one of our search attributes means something else. */
let server: Temporal;
let hone: Hone;
let project: Project;
const started: Running[] = [];
beforeAll(async () => {
  project = await Project.create();
  server = await temporal(join(project.folder, 'server'), { HoneStage: 'Int' });
  project.env.TEMPORAL_ADDRESS = server.address;
  hone = await Hone.connect({ address: server.address });
  await project.write(pumpPages(16));
});
afterAll(async () => {
  for (const { child } of started) child.kill('SIGTERM');
  await Promise.all(started.map(({ ended }) => ended));
  await hone.close();
  await server.close();
  await project.remove();
});

async function worker(...args: string[]): Promise<Running> {
  const running = project.start(['worker', ...args]);
  started.push(running);
  await running.says(/Reads/);
  return running;
}

const input = {
  documents: ['docs'],
  model: MODEL,
  questions: { from: 'headings' as const },
  training: { epochs: 8, maxLength: 64, batchSize: 2 },
};

/** Steps trained, as soon as there are more than that; none may be lost on the way. */
async function trainedBeyond(steps: number): Promise<number> {
  for await (const followed of hone.follow('shared-out', { intervalMs: 100 })) {
    const done = followed.stages.find(({ name }) => name === 'train')?.progress?.done ?? 0;
    if (done > steps) return done;
    if (done > 0) expect(done).toBe(steps);
    if (followed.state !== 'running') break;
  }
  throw new Error('The run has ended.');
}

/** Processes below this one that still run. */
async function below(pid: number | undefined): Promise<number[]> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean).map(Number);
}

/** A process that is dead and only not yet collected does not run. */
async function runs(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'Z');
  return !/^(Z$|\d+ \(.*\) Z)/.test(state);
}

it('shares a run out among processes that serve a queue each, and survives their end, however they end', async () => {
  const keeper = await worker('--queue', 'workflow,cpu');
  await keeper.says(/Serving hone, hone-cpu in/);
  await keeper.says(/Runs do without search attributes that this server lacks: HoneStage /);
  await worker('--queue', 'llm');
  const trainer = await worker('--queue', 'gpu', '--grace', '30');
  await trainer.says(/Serving hone-gpu in/);
  await hone.start(input, { workflowId: 'shared-out' });

  const before = await trainedBeyond(0);
  trainer.child.kill('SIGTERM');
  const ended = await trainer.ended;
  expect(ended.stderr).toContain('running steps checkpoint first');
  expect(ended.code).toBe(0);

  // Not from the beginning: the first worker has written a checkpoint as it stopped.
  const reached = await trainedBeyond(before - 1);
  const second = await worker('--queue', 'gpu');
  const after = await trainedBeyond(reached);
  const children = await below(second.child.pid);
  expect(children.length).toBeGreaterThan(0);
  second.child.kill('SIGKILL');
  for (const pid of children) while (await runs(pid)) await sleep(20);

  await worker('--queue', 'gpu');
  expect((await hone.result('shared-out')).training.steps).toBeGreaterThan(after);
  const found = await server.cli(['workflow', 'list', '--query', `HoneModel = '${MODEL}' AND HoneHitRate > 0`]);
  expect(found).toContain('shared-out');
});

it('ends a worker in time though its step has not stopped', async () => {
  await hone.start({ ...input, training: { ...input.training, seed: 7 } }, { workflowId: 'stubborn' });
  const last = started.at(-1) as Running;
  last.child.kill('SIGTERM');
  await last.ended;
  const hasty = await worker('--queue', 'gpu', '--grace', '0.001');
  for await (const { stages } of hone.follow('stubborn', { intervalMs: 100 })) {
    if (stages.find(({ name }) => name === 'train')?.progress) break;
  }
  const children = await below(hasty.child.pid);
  expect(children.length).toBeGreaterThan(0);
  hasty.child.kill('SIGTERM');
  const { code, stderr } = await hasty.ended;
  expect(stderr).toContain('Not every step has stopped within 0.001 s');
  expect(code).toBe(1);
  for (const pid of children) while (await runs(pid)) await sleep(20);
});
