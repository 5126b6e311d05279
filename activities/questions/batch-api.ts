import type { JobsProgress, ReceivedAnswers, SubmittedJob, SubmittedJobs } from '../../core/contracts/batch-jobs.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import type { QuestionsInput } from '../../core/contracts/questions.ts';
import type { JobContext } from '../../core/questions/batch-api/find-job.ts';
import { cancelJobs, pollJobs } from '../../core/questions/batch-api/poll-jobs.ts';
import { receiveJobs } from '../../core/questions/batch-api/receive-jobs.ts';
import { submitJobs } from '../../core/questions/batch-api/submit-jobs.ts';
import { readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { openProfile } from '../runtime/profiles.ts';

/** Batch API jobs, and the run and profile in whose name they are handled. */
export interface RunJobs {
  jobs: SubmittedJob[];
  profile: string;
  /** Id of the workflow that pays; its jobs are found by it. */
  run: string;
}

/** Submits what the ledger lacks as Batch API jobs, if the run's mode allows that. @returns the jobs to wait for. */
export async function submitBatchJobs(
  context: StepContext,
  { chunks, options, run, maxRequests }: QuestionsInput & { run: string; maxRequests?: number | undefined },
): Promise<SubmittedJobs> {
  const { claims, received } = await submitJobs(await readJsonLines(context.store, chunks, Chunk), options, {
    ...jobContext(context, { profile: options.profile, run }),
    scratch: context.scratch,
    maxRequests,
  });
  return { jobs: claims.map(({ label, lines }) => ({ label, lines })), received };
}

/** Checks the state of jobs once. */
export async function pollBatchJobs(context: StepContext, input: RunJobs): Promise<JobsProgress> {
  return pollJobs(input.jobs, jobContext(context, input));
}

/** Stores the answers of jobs that have ended in the ledger. */
export async function receiveBatchJobs(context: StepContext, input: RunJobs): Promise<ReceivedAnswers> {
  const total = input.jobs.reduce((sum, { lines }) => sum + lines, 0);
  return receiveJobs(input.jobs, jobContext(context, input), (done) =>
    context.progress({ done, total, unit: 'requests', note: 'fetching the batch' }),
  );
}

/** Cancels a run's jobs; their answers so far stay at the endpoint for the next run. */
export async function cancelBatchJobs(context: StepContext, input: Omit<RunJobs, 'jobs'>): Promise<void> {
  await cancelJobs(jobContext(context, input));
}

export function jobContext(context: StepContext, { profile, run }: { profile: string; run: string }): JobContext {
  const { store, signal } = context;
  return { store, signal, profile, run, batchApi: () => openProfile(context, profile).batchApi };
}
