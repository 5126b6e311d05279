import { beforeAll, expect, it } from 'vitest';
import type { Followed } from '../../client/follow.ts';
import { Hone } from '../../client/hone.ts';
import { createProject, lastJson, type Project } from '../harness/project.ts';
import { MINILM, pumpPages } from '../harness/samples.ts';
import { startTemporalServer } from '../harness/temporal-server.ts';
import { useHarness } from '../harness/use-harness.ts';
import { type RunningProvider, startProvider } from '../provider/start-provider.ts';

/** All that is billed by the provider is stated by the run that caused it, however the run ends. */

/** One chunk each. */
const PAGES = 16;

const harness = useHarness();
let hone: Hone;
let project: Project;
let provider: RunningProvider;
/** How many more requests are answered, and what others get. */
let answers = Number.POSITIVE_INFINITY;
let refusal: { status: number; headers?: Record<string, string> } = { status: 401 };
beforeAll(async () => {
  const prices = { 'gpt-4o-mini': { prompt: 100, completion: 100 } };
  provider = await harness.use(
    startProvider({
      prices,
      inject: () => (answers-- > 0 ? undefined : { do: 'status', ...refusal }),
    }),
  );
  const { address } = await startTemporalServer(harness);
  project = await createProject(harness, { OPENAI_API_KEY: 'sk-test', TEMPORAL_ADDRESS: address });
  hone = await harness.use(Hone.connect({ address }));
  const profiles = { default: { baseURL: provider.url, prices } };
  await project.write({ ...pumpPages(PAGES), '.hone/worker.yaml': JSON.stringify({ profiles }) });
  await project.startWorker();
});

const request = { documents: ['docs'], model: MINILM, training: { recipe: 'llama-index' as const, epochs: 1 } };

const stage = ({ stages }: Followed, wanted: string) => stages.find(({ name }) => name === wanted);

async function until(workflowId: string, condition: (followed: Followed) => boolean): Promise<void> {
  for await (const followed of hone.follow(workflowId, { intervalMs: 100 })) if (condition(followed)) return;
  throw new Error(`${workflowId} ended before`);
}

/** What the provider has billed since. */
function billing(): () => { requests: number; dollars: number; promptTokens: number; completionTokens: number } {
  const { chats, dollars, promptTokens, completionTokens } = provider.stats;
  return () => ({
    requests: provider.stats.chats - chats,
    dollars: expect.closeTo(provider.stats.dollars - dollars, 6) as number,
    promptTokens: provider.stats.promptTokens - promptTokens,
    completionTokens: provider.stats.completionTokens - completionTokens,
  });
}

it('states what was paid when a run is cancelled while it asks, and the next run states only its own', async () => {
  const billed = billing();
  answers = 6;
  refusal = { status: 429, headers: { 'retry-after': '1' } };
  await hone.start(request, { workflowId: 'cancelled' });
  await until('cancelled', (followed) => (stage(followed, 'questions')?.progress?.done ?? 0) >= 6);
  expect((await hone.describe('cancelled')).cost).toBeUndefined();
  await hone.cancel('cancelled');
  await expect(hone.result('cancelled')).rejects.toThrow('was cancelled');
  expect((await hone.describe('cancelled')).cost).toEqual(billed());
  expect(billed().requests).toBe(6);

  const { stdout, stderr } = await project.hone(['show', 'cancelled', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'cancelled', cost: billed() });
  expect(stderr).toMatch(/Cost {4}\$\d+\.\d\d for 6 requests/);

  const rest = billing();
  answers = Number.POSITIVE_INFINITY;
  await hone.start(request, { workflowId: 'continued' });
  expect((await hone.result('continued')).cost).toEqual(rest());
  expect(rest().requests).toBe(PAGES - 6);
});

it('states what was paid when the key is refused in the middle', async () => {
  const billed = billing();
  answers = 0;
  refusal = { status: 401 };
  const other = { ...request, questions: { perChunk: 3 } };
  await hone.start(other, { workflowId: 'refused-at-once' });
  await expect(hone.result('refused-at-once')).rejects.toMatchObject({ kind: 'credentials' });
  // It has asked, and paid for nothing.
  expect((await hone.describe('refused-at-once')).cost).toEqual(billed());
});

it('states what was paid when a later stage ends the run', async () => {
  const billed = billing();
  answers = Number.POSITIVE_INFINITY;
  const gated = { ...request, questions: { perChunk: 4 }, approvals: { questions: true } };
  await hone.start(gated, { workflowId: 'rejected' });
  await until('rejected', ({ hold }) => hold?.gate === 'questions');
  expect((await hone.describe('rejected')).cost).toEqual(billed());
  await hone.approve('rejected', { reject: 'Too many.' });
  const { stdout, code } = await project.hone(['follow', 'rejected', '--json']);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'failed', cost: billed() });

  // All answers are there by now, so that this one pays for nothing, and has nothing to state.
  await hone.start(gated, { workflowId: 'replayed' });
  await until('replayed', ({ hold }) => hold?.gate === 'questions');
  await hone.cancel('replayed');
  const shown = lastJson(await project.hone(['show', 'replayed', '--json']));
  expect(shown).toMatchObject({ state: 'cancelled' });
  expect(shown.cost).toBeUndefined();
});

it('states what the pilot of an estimate has paid when the estimate is cancelled', async () => {
  const billed = billing();
  answers = 3;
  refusal = { status: 429, headers: { 'retry-after': '1' } };
  const { workflowId } = await hone.startEstimate(
    { ...request, questions: { perChunk: 5 } },
    { pilot: false, pilotQuestions: 10 },
  );
  await until(workflowId, () => billed().requests === 3);
  await hone.cancel(workflowId);
  await expect(hone.estimateResult(workflowId)).rejects.toThrow('was cancelled');
  expect((await hone.describe(workflowId)).cost).toEqual(billed());
});
