import type { JobsProgress, ReceivedAnswers, SubmittedJob, SubmittedJobs } from '../../core/contracts/batch-jobs.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import type { QuestionsInput } from '../../core/contracts/questions.ts';
import type { Batching } from '../../core/questions/batch-api/batching.ts';
import { receiveBatches } from '../../core/questions/batch-api/receive-batches.ts';
import { submitBatches } from '../../core/questions/batch-api/submit-batches.ts';
import { cancelBatches, watchBatches } from '../../core/questions/batch-api/watch-batches.ts';
import { readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { openProfile } from '../runtime/profiles.ts';

/** Batch API jobs of one run, and the profile they were submitted with. */
export interface RunJobs {
  jobs: SubmittedJob[];
  profile: string;
  /** The workflow that pays: its jobs are found again by it. */
  run: string;
}

/** Sends what the ledger lacks as batches, where the run's mode finds that worth it, and names those to wait for. */
export async function submitBatchJobs(
  context: StepContext,
  { chunks, options, run, most }: QuestionsInput & { run: string; most?: number },
): Promise<SubmittedJobs> {
  const { claims, received } = await submitBatches(await readJsonLines(context.store, chunks, Chunk), options, {
    ...batchingOf(context, { profile: options.profile, run }),
    scratch: context.scratch,
    ...(most !== undefined && { most }),
  });
  return { jobs: claims.map(({ label, lines }) => ({ label, lines })), received };
}

/** One look at batches under way. */
export async function pollBatchJobs(context: StepContext, input: RunJobs): Promise<JobsProgress> {
  return watchBatches(input.jobs, batchingOf(context, input));
}

/** Takes the answers of batches that have ended into the ledger. */
export async function receiveBatchJobs(context: StepContext, input: RunJobs): Promise<ReceivedAnswers> {
  const total = input.jobs.reduce((sum, { lines }) => sum + lines, 0);
  return receiveBatches(input.jobs, batchingOf(context, input), (done) =>
    context.progress({ done, total, unit: 'requests', note: 'fetching the batch' }),
  );
}

/** Has a run's batches stopped; what they have done stays at the endpoint for the next run. */
export async function cancelBatchJobs(context: StepContext, input: Omit<RunJobs, 'jobs'>): Promise<void> {
  await cancelBatches(batchingOf(context, input));
}

export function batchingOf(context: StepContext, { profile, run }: { profile: string; run: string }): Batching {
  const { store, signal } = context;
  return { store, signal, profile, run, batchApi: () => openProfile(context, profile).batchApi };
}
