import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { Followed } from '../../client/follow.ts';
import { Hone } from '../../client/hone.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

const harness = useHarness();
let hone: Hone;
let project: Project;
/** Answers that many requests; later ones get a 429. */
let answers = Number.POSITIVE_INFINITY;
let provider: RunningProvider;
beforeAll(async () => {
  let requests = 0;
  const prices = { 'gpt-4o-mini': { prompt: 100, completion: 100 } };
  provider = await harness.use(
    startProvider({
      prices,
      inject: () => {
        if (requests >= answers) return { do: 'status', status: 429, headers: { 'retry-after': '1' } };
        requests++;
        return undefined;
      },
    }),
  );
  const { address } = await startTemporalServer(harness);
  project = await createProject(harness, { OPENAI_API_KEY: 'sk-test', TEMPORAL_ADDRESS: address });
  hone = await harness.use(Hone.connect({ address }));
  const profiles = { default: { baseURL: provider.url, prices } };
  await project.write({ ...pumpPages(16), '.hone/worker.yaml': JSON.stringify({ profiles }) });
  await project.startWorker();
});

const input = {
  documents: ['docs'],
  model: MINILM,
  questions: { from: 'headings' as const },
  training: { recipe: 'llama-index' as const, epochs: 6, maxLength: 64, batchSize: 2 },
};

/** Follows a run until the condition holds. */
async function until(workflowId: string, condition: (followed: Followed) => boolean): Promise<Followed> {
  for await (const followed of hone.follow(workflowId, { intervalMs: 100 })) {
    if (condition(followed)) return followed;
    if (followed.state !== 'running') throw new Error(`${workflowId} ended before: ${JSON.stringify(followed)}`);
  }
  throw new Error('unreachable');
}

const stage = ({ stages }: Followed, wanted: string) => stages.find(({ name }) => name === wanted);
const trained = (followed: Followed) => stage(followed, 'train')?.progress?.done ?? 0;

async function weightsHash(modelUri: string): Promise<string> {
  return sha256(await readFile(fileURLToPath(`${modelUri}/model.safetensors`)));
}

it('pauses during training while another run trains, resumes, and ends with the same bytes as an undisturbed run', async () => {
  const alone = await createProject(harness);
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
  expect(await weightsHash(modelUri)).toBe(await weightsHash(`file://${undisturbed.model}`));
});

const headings = { ...input, training: { ...input.training, epochs: 1 } };

it('waits for approval of its questions, shows a sample of them, and ends with the reason if they are rejected', async () => {
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

it('promotes a model only after a person has approved it', async () => {
  const gated = { ...headings, publish: { name: 'pumps', gate: 'none' as const }, approvals: { promotion: true } };
  await hone.start(gated, { workflowId: 'refused' });
  await until('refused', ({ hold }) => hold?.gate === 'promotion');
  expect(await hone.approve('refused', { reject: 'not on a Friday' })).toMatchObject({ state: 'running' });
  const refused = await hone.result('refused');
  expect(refused.published).toMatchObject({ promoted: false, reason: expect.stringContaining('not on a Friday') });
  expect(await weightsHash(refused.modelUri)).toMatch(/^[0-9a-f]{64}$/);

  await hone.start(gated, { workflowId: 'promoted' });
  await until('promoted', ({ hold }) => hold?.gate === 'promotion');
  expect(await hone.approve('promoted')).toMatchObject({ state: 'running' });
  expect((await hone.result('promoted')).published).toMatchObject({ promoted: true, version: 1 });
});

it('explains why a command does not apply to a run', async () => {
  await hone.start({ ...headings, approvals: { questions: true } }, { workflowId: 'strict' });
  await until('strict', ({ hold }) => hold?.state === 'approval');
  const errorOf = async (...args: string[]) => {
    const { code, stderr } = await project.hone(args);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await errorOf('resume', 'strict')).toContain('Run strict is not paused.');
  await hone.cancel('strict');
  await expect(hone.result('strict')).rejects.toThrow('Run strict was cancelled.');
  expect(await errorOf('pause', 'strict')).toContain('Run strict has ended already: cancelled.');
  expect(await errorOf('approve', 'strict')).toContain('Run strict has ended already: cancelled.');
  expect(await errorOf('pause', 'nobody')).toContain('There is no run nobody.');
});

it('pauses while questions are asked, and pays for no answer twice', async () => {
  answers = 8;
  await hone.start({ ...headings, questions: {} }, { workflowId: 'asking' });
  await until('asking', (followed) => (stage(followed, 'questions')?.progress?.done ?? 0) >= answers);
  expect(await hone.pause('asking')).toMatchObject({ state: 'paused' });
  expect(provider.stats.chats).toBe(answers);

  answers = Number.POSITIVE_INFINITY;
  await hone.resume('asking');
  const { counts } = await hone.result('asking');
  expect(counts.questions).toBeGreaterThan(counts.chunks);
  expect(provider.stats.chats).toBe(counts.chunks);
  const { summary } = stage(await hone.progress('asking'), 'questions') ?? {};
  expect(summary).toContain(`${counts.chunks} asked`);
  expect(Number(/\$([\d.]+)/.exec(summary ?? '')?.[1])).toBeCloseTo(provider.stats.dollars, 1);
});

it('stays within its budget across a pause', async () => {
  const { chats, dollars } = provider.stats;
  answers = chats + 6;
  const budget = (10 * dollars) / chats;
  await hone.start({ ...headings, questions: { perChunk: 3, budget } }, { workflowId: 'budgeted' });
  await until('budgeted', (followed) => (stage(followed, 'questions')?.progress?.done ?? 0) >= 6);
  await hone.pause('budgeted');

  answers = Number.POSITIVE_INFINITY;
  await hone.resume('budgeted');
  const after = await until('budgeted', (followed) => stage(followed, 'questions')?.state === 'done');
  expect(stage(after, 'questions')?.summary).toContain('stopped at the budget');
  expect(provider.stats.chats).toBeGreaterThan(chats + 6);
  expect(provider.stats.dollars - dollars).toBeLessThanOrEqual(budget);
  await hone.cancel('budgeted');
});
