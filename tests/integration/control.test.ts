import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Followed } from '../../client/follow.ts';
import { Hone } from '../../client/hone.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';
import { lastJson, MODEL, Project, pumpPages, type Running } from './project.ts';
import { type Temporal, temporal } from './temporal.ts';

/** A Temporal server, a worker that trains one run at a time, and a run to interfere with. */
let server: Temporal;
let hone: Hone;
let project: Project;
let worker: Running;
/** Answers so many requests, and tells the others to come later. */
let provider: RunningProvider & { answers: number };
beforeAll(async () => {
  let requests = 0;
  const prices = { 'gpt-4o-mini': { prompt: 100, completion: 100 } };
  const started = await startProvider({
    prices,
    inject: () => {
      if (requests >= provider.answers) return { do: 'status', status: 429, headers: { 'retry-after': '1' } };
      requests++;
      return undefined;
    },
  });
  provider = Object.assign(started, { answers: Number.POSITIVE_INFINITY });
  project = await Project.create({ OPENAI_API_KEY: 'sk-test' });
  server = await temporal(join(project.folder, 'server'));
  project.env.TEMPORAL_ADDRESS = server.address;
  hone = await Hone.connect({ address: server.address });
  const profiles = { default: { baseURL: provider.url, prices } };
  await project.write({ ...pumpPages(16), '.hone/worker.yaml': JSON.stringify({ profiles }) });
  worker = project.start(['worker']);
  await worker.says(/Serving/);
});
afterAll(async () => {
  worker.child.kill('SIGTERM');
  await worker.ended;
  await hone.close();
  await server.close();
  await provider.close();
  await project.remove();
});

const input = {
  documents: ['docs'],
  model: MODEL,
  questions: { from: 'headings' as const },
  training: { epochs: 6, maxLength: 64, batchSize: 2 },
};

/** Follows a run until it is as far as that. */
async function until(workflowId: string, there: (followed: Followed) => boolean): Promise<Followed> {
  for await (const followed of hone.follow(workflowId, { intervalMs: 100 })) {
    if (there(followed)) return followed;
    if (followed.state !== 'running') throw new Error(`${workflowId} ended before: ${JSON.stringify(followed)}`);
  }
  throw new Error('unreachable');
}

const stage = ({ stages }: Followed, wanted: string) => stages.find(({ name }) => name === wanted);
const trained = (followed: Followed) => stage(followed, 'train')?.progress?.done ?? 0;

async function weightsOf(modelUri: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(fileURLToPath(`${modelUri}/model.safetensors`)))
    .digest('hex');
}

it('pauses in training, lets another run train meanwhile, goes on and ends with the bytes of a run left alone', async () => {
  const alone = await Project.create();
  await alone.write({ ...pumpPages(16), 'run.json': JSON.stringify(input) });
  const undisturbed = lastJson(await alone.hone(['run', '--config', 'run.json', '--json']));

  await hone.start(input, { workflowId: 'paused' });
  const before = await until('paused', (followed) => trained(followed) > 3);
  const paused = await project.hone(['pause', 'paused', '--json']);
  expect(lastJson(paused)).toMatchObject({ workflowId: 'paused', state: 'paused' });
  const held = await hone.progress('paused');
  expect(held).toMatchObject({ state: 'running', hold: { state: 'paused' } });
  expect(stage(held, 'train')?.state).toBe('paused');
  expect(trained(held)).toBeGreaterThanOrEqual(trained(before));
  expect((await project.hone(['list'])).stdout).toMatch(/paused +paused/);

  await hone.start({ ...input, training: { ...input.training, epochs: 1 } }, { workflowId: 'meanwhile' });
  expect((await hone.result('meanwhile')).training.steps).toBeGreaterThan(0);

  expect(await hone.resume('paused')).toMatchObject({ state: 'running' });
  const after = await until('paused', (followed) => stage(followed, 'train')?.progress !== undefined);
  expect(trained(after)).toBeGreaterThanOrEqual(trained(held));
  const { modelUri } = await hone.result('paused');
  expect(await weightsOf(modelUri)).toBe(await weightsOf(`file://${undisturbed.model}`));
  await alone.remove();
});

const headings = { ...input, training: { ...input.training, epochs: 1 } };

it('waits for approval of its questions, shows some of them, and ends with the reason where they are rejected', async () => {
  const gated = { ...headings, approvals: { questions: true, sample: 3 } };
  await hone.start(gated, { workflowId: 'questions' });
  const waiting = await until('questions', ({ hold }) => hold?.state === 'approval');
  expect(waiting.hold).toMatchObject({ gate: 'questions' });
  expect((await project.hone(['list'])).stdout).toMatch(/questions +needs approval/);
  const shown = await project.hone(['show', 'questions']);
  expect(shown.stdout).toMatch(/Waiting for approval of the questions.*hone approve questions/);
  const { stdout } = await project.hone(['show', 'questions', '--questions']);
  expect(stdout).toMatch(/^# 3 of \d+ questions/);
  expect(stdout.match(/^- /gm)).toHaveLength(3);
  expect(stdout).toContain('sea water');

  const rejected = await project.hone(['approve', 'questions', '--reject', 'Headings are no questions.']);
  expect(rejected.code).toBe(0);
  const { code, stderr } = await project.hone(['follow', 'questions']);
  expect(code).toBe(3);
  expect(stderr).toContain('The questions were rejected: Headings are no questions.');
});

it('promotes nothing that a person has not let through, and does where one has', async () => {
  const gated = { ...headings, publish: { name: 'pumps', gate: 'none' as const }, approvals: { promotion: true } };
  await hone.start(gated, { workflowId: 'refused' });
  await until('refused', ({ hold }) => hold?.gate === 'promotion');
  expect(await hone.approve('refused', { reject: 'not on a Friday' })).toMatchObject({ state: 'running' });
  const refused = await hone.result('refused');
  expect(refused.published).toMatchObject({ promoted: false, reason: expect.stringContaining('not on a Friday') });
  expect(await weightsOf(refused.modelUri)).toMatch(/^[0-9a-f]{64}$/);

  await hone.start(gated, { workflowId: 'promoted' });
  await until('promoted', ({ hold }) => hold?.gate === 'promotion');
  expect(await hone.approve('promoted')).toMatchObject({ state: 'running' });
  expect((await hone.result('promoted')).published).toMatchObject({ promoted: true, version: 1 });
});

it('says what cannot be done, and why', async () => {
  await hone.start({ ...headings, approvals: { questions: true } }, { workflowId: 'strict' });
  await until('strict', ({ hold }) => hold?.state === 'approval');
  const told = async (...args: string[]) => {
    const { code, stderr } = await project.hone(args);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await told('resume', 'strict')).toContain('Run strict is not paused.');
  await hone.cancel('strict');
  await expect(hone.result('strict')).rejects.toThrow('Run strict was cancelled.');
  expect(await told('pause', 'strict')).toContain('Run strict has ended already: cancelled.');
  expect(await told('approve', 'strict')).toContain('Run strict has ended already: cancelled.');
  expect(await told('pause', 'nobody')).toContain('There is no run nobody.');
});

it('pauses while questions are asked, and pays for no answer twice', async () => {
  provider.answers = 8;
  await hone.start({ ...headings, questions: {} }, { workflowId: 'asking' });
  await until('asking', (followed) => (stage(followed, 'questions')?.progress?.done ?? 0) >= provider.answers);
  expect(await hone.pause('asking')).toMatchObject({ state: 'paused' });
  expect(provider.stats.chats).toBe(provider.answers);

  provider.answers = Number.POSITIVE_INFINITY;
  await hone.resume('asking');
  const { counts } = await hone.result('asking');
  expect(counts.questions).toBeGreaterThan(counts.chunks);
  expect(provider.stats.chats).toBe(counts.chunks);
  const { summary } = stage(await hone.progress('asking'), 'questions') ?? {};
  expect(summary).toContain(`${counts.chunks} asked`);
  expect(Number(/\$([\d.]+)/.exec(summary ?? '')?.[1])).toBeCloseTo(provider.stats.dollars, 1);
});

it('keeps to its budget through a pause', async () => {
  const { chats, dollars } = provider.stats;
  provider.answers = chats + 6;
  const budget = (10 * dollars) / chats;
  await hone.start({ ...headings, questions: { perChunk: 3, budget } }, { workflowId: 'budgeted' });
  await until('budgeted', (followed) => (stage(followed, 'questions')?.progress?.done ?? 0) >= 6);
  await hone.pause('budgeted');

  provider.answers = Number.POSITIVE_INFINITY;
  await hone.resume('budgeted');
  const after = await until('budgeted', (followed) => stage(followed, 'questions')?.state === 'done');
  expect(stage(after, 'questions')?.summary).toContain('stopped at the budget');
  expect(provider.stats.chats).toBeGreaterThan(chats + 6);
  expect(provider.stats.dollars - dollars).toBeLessThanOrEqual(budget);
  await hone.cancel('budgeted');
});
