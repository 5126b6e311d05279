import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Chunk } from '../../core/contracts/corpus.ts';
import { Profile } from '../../core/contracts/profile.ts';
import { temporaryFolder } from '../../core/primitives/temporary-folder.fixture.ts';
import { parseRunInput } from '../../core/run/parse-input.ts';
import type { Injected } from '../../tests/provider/injected.ts';
import { type RunningProvider, startProvider } from '../../tests/provider/start-provider.ts';
import { putJsonLines } from '../runtime/artifacts.ts';
import { contextIn } from '../runtime/step-context.fixture.ts';
import { pollBatchJobs, submitBatchJobs } from './batch-api.ts';
import { planQuestions } from './plan-questions.ts';

const chunks = [1, 2, 3].map(
  (at): Chunk => ({
    ...{ id: `c${at}`, documentId: 'd', path: `pump-${at}.md`, headings: [], tokens: 20, language: 'en' },
    text: `The pump P-${at}00 delivers ${at} litres of cooling water every minute to the hall.`,
  }),
);

const folder = temporaryFolder();
let server: RunningProvider;
/** The status of every request about jobs, while it is set. */
let says: number | undefined;
beforeEach(async () => {
  says = undefined;
  const inject = ({ path }: { path: string }): Injected | undefined =>
    says !== undefined && path.startsWith('/v1/batches')
      ? // A wait that is left to Temporal, so that the attempt ends at once.
        { do: 'status', status: says, headers: { 'retry-after': '60' } }
      : undefined;
  server = await startProvider({ batches: { takesMs: 3_600_000 }, inject });
});
afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

/** Attempts of an activity, of which each gets what the one before remembered. */
function attempts() {
  let remembered: unknown;
  const profile = Profile.parse({ apiKey: 'sk-test', baseURL: server.url });
  return () =>
    contextIn(folder.path, {
      profiles: { default: profile },
      remembered,
      remember: (value) => {
        remembered = value;
      },
    });
}

const optionsOf = (mode: 'live' | 'batch') => parseRunInput({ documents: ['docs'], questions: { mode } }).questions;

async function submit() {
  const context = await attempts()();
  const input = { chunks: await putJsonLines(context.store, chunks), options: optionsOf('batch'), run: 'run' };
  return { context, jobs: (await submitBatchJobs(context, input)).jobs };
}

it('ends a run whose jobs cannot be looked up for twelve hours of attempts', async () => {
  const { jobs } = await submit();
  says = 400;
  await expect(pollBatchJobs(await attempts()(), { jobs, profile: 'default', run: 'run' })).rejects.toMatchObject({
    retryable: false,
  });
  says = 503;
  vi.useFakeTimers({ toFake: ['Date'] });
  const next = attempts();
  const poll = async () => pollBatchJobs(await next(), { jobs, profile: 'default', run: 'run' });
  // A single failure after a long time, as when all workers were stopped meanwhile, is not an endpoint that is down.
  await expect(poll()).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
  vi.setSystemTime(Date.now() + 20 * 3_600_000);
  for (let attempt = 2; attempt < 10; attempt++) {
    await expect(poll()).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
  }
  await expect(poll()).rejects.toMatchObject({ kind: 'unavailable', retryable: false });
});

it.each([400, 403, 500])(
  'a job that the endpoint says only %s about holds up no run that asks live',
  async (status) => {
    const { context } = await submit();
    says = status;
    const input = { chunks: await putJsonLines(context.store, chunks), options: optionsOf('live'), run: 'run' };
    expect(await planQuestions(context, input)).toMatchObject({ open: { open: 3 } });
  },
);
