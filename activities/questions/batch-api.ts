import { z } from 'zod';
import type { JobsProgress, ReceivedAnswers, SubmittedJob, SubmittedJobs } from '../../core/contracts/batch-jobs.ts';
import { Chunk } from '../../core/contracts/corpus.ts';
import { Fault } from '../../core/contracts/fault.ts';
import type { QuestionsInput } from '../../core/contracts/questions.ts';
import type { JobContext } from '../../core/questions/batch-api/find-job.ts';
import { cancelJobs, pollJobs } from '../../core/questions/batch-api/poll-jobs.ts';
import { receiveJobs } from '../../core/questions/batch-api/receive-jobs.ts';
import { type SubmitContext, submitJobs } from '../../core/questions/batch-api/submit-jobs.ts';
import { readJsonLines } from '../runtime/artifacts.ts';
import type { StepContext } from '../runtime/context.ts';
import { ledgerEndpoint, openProfile } from '../runtime/profiles.ts';

/** Batch API jobs, and the run and profile in whose name they are handled. */
export interface RunJobs {
  jobs: SubmittedJob[];
  profile: string;
  /** Id of the workflow that asks; its jobs are found by it. */
  run: string;
  /** The run that pays; see `LedgerEntry.paid`. Undefined: nobody's account. */
  payer?: string | undefined;
}

/** What to submit, and how much of it. */
type Submission = QuestionsInput &
  Omit<RunJobs, 'jobs' | 'profile'> &
  Pick<SubmitContext, 'recording' | 'maxRequests' | 'costEach'>;

/** An endpoint that is asked one by one is waited for as long (workflows/questions/question-scheduler.ts). */
const PATIENCE_MS = 12 * 3_600_000;
/** Attempts that fail, at least: a run whose workers were stopped meanwhile has not waited for the endpoint. */
const MIN_ATTEMPTS = 10;

/** What an attempt passes on to the next one: the failures before it, and when the first was. */
const Unavailable = z.object({ attempts: z.number().int(), since: z.number() });

/** Submits what the ledger lacks as Batch API jobs, if the run's mode allows that. @returns the jobs to wait for. */
export async function submitBatchJobs(
  context: StepContext,
  { chunks, options, run, payer, ...others }: Submission,
): Promise<SubmittedJobs> {
  const all = await readJsonLines(context.store, chunks, Chunk);
  const { claims, received, isFirstPart } = await withPatience(context, () =>
    submitJobs(all, options, {
      ...jobContext(context, { profile: options.profile, run, payer }),
      scratch: context.scratch,
      ...others,
    }),
  );
  return { jobs: claims.map(({ label, lines }) => ({ label, lines })), received, isFirstPart };
}

/** Checks the state of jobs once. */
export async function pollBatchJobs(context: StepContext, input: RunJobs): Promise<JobsProgress> {
  return withPatience(context, () => pollJobs(input.jobs, jobContext(context, input)));
}

/** Stores the answers of jobs that have ended in the ledger. */
export async function receiveBatchJobs(context: StepContext, input: RunJobs): Promise<ReceivedAnswers> {
  const total = input.jobs.reduce((sum, { lines }) => sum + lines, 0);
  const onAnswer = (done: number) => context.progress({ done, total, unit: 'requests', note: 'fetching the batch' });
  return withPatience(context, () => receiveJobs(input.jobs, jobContext(context, input), onAnswer));
}

/** Cancels a run's jobs; their answers so far stay at the endpoint for the next run. */
export async function cancelBatchJobs(context: StepContext, input: Omit<RunJobs, 'jobs'>): Promise<void> {
  await cancelJobs(jobContext(context, input));
}

/**
 * Does the work. If it has failed for twelve hours, attempt after attempt, because the endpoint or the store does not
 * answer, the failure is final: what jobs have answered is received by the next run.
 */
async function withPatience<T>({ remembered, remember }: StepContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Fault && error.kind === 'unavailable')) throw error;
    const before = Unavailable.safeParse(remembered).data ?? { attempts: 0, since: Date.now() };
    const failed = { ...before, attempts: before.attempts + 1 };
    remember(failed satisfies z.infer<typeof Unavailable>);
    throw error.with({ final: failed.attempts >= MIN_ATTEMPTS && Date.now() - failed.since >= PATIENCE_MS });
  }
}

export function jobContext(context: StepContext, { profile, run, payer }: Omit<RunJobs, 'jobs'>): JobContext {
  const { store, signal } = context;
  const endpoint = ledgerEndpoint(context, profile);
  return { store, signal, profile, endpoint, run, payer, batchApi: () => openProfile(context, profile).batchApi };
}
