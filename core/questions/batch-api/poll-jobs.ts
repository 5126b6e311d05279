import type { BatchJob } from '../../contracts/batch-api.ts';
import type { JobsProgress, SubmittedJob } from '../../contracts/batch-jobs.ts';
import { Fault } from '../../contracts/fault.ts';
import { findJob, isBeingSent, type JobContext } from './find-job.ts';
import { claimsOf, type JobClaim, readClaims } from './job-claims.ts';

/** What a job is given (`completion_window`), for endpoints that do not say when it expires. */
const WINDOW_MS = 24 * 3_600_000;
/** Some endpoints allow a week; none is waited for any longer, whatever it says. */
const LONGEST_WINDOW_MS = 7 * WINDOW_MS;
/** A job that has not ended this long after its window is cancelled. After as long again, it is not waited for. */
const LATE_MS = 3_600_000;

/**
 * Checks the state of each job once. A job whose claim is gone has been received by another run. A job that does not
 * end although its window is over counts as ended: its claim stays, so that answers which do come are received later.
 */
export async function pollJobs(jobs: readonly SubmittedJob[], context: JobContext): Promise<JobsProgress> {
  const progress: JobsProgress = { done: 0, total: 0, ended: true };
  const claims = new Map((await claimsOf(context.store, jobs)).map((claim) => [claim.label, claim]));
  for (const { label, lines } of jobs) {
    progress.total += lines;
    const claim = claims.get(label);
    const job = claim && (await findJob(claim, context));
    if (!claim) progress.done += lines;
    else if (!job) progress.ended &&= !isBeingSent(claim, context);
    else {
      progress.done += job.answered + job.failed;
      const overdueMs = (context.now ?? Date.now)() - windowEnd(claim, job);
      if (!job.ended && overdueMs > LATE_MS) await cancelOverdue(job, context);
      progress.ended &&= job.ended || overdueMs > 2 * LATE_MS;
      if (job.expiresAt) progress.expiresAt = Math.max(progress.expiresAt ?? 0, job.expiresAt);
    }
  }
  return progress;
}

/**
 * Cancels the jobs that a run pays for. Their answers so far are paid for and stay at the endpoint; the claims stay
 * too, so that the next run about the same chunks receives them.
 * @returns how many jobs had not ended.
 */
export async function cancelJobs(context: JobContext): Promise<number> {
  let cancelled = 0;
  for (const claim of await readClaims(context.store)) {
    if (claim.run !== context.run || claim.profile !== context.profile) continue;
    const job = await findJob(claim, context);
    if (!job || job.ended) continue;
    await context.batchApi().cancel(job.id, context.signal);
    cancelled++;
  }
  return cancelled;
}

/** Milliseconds since the epoch. */
function windowEnd({ claimedAt }: JobClaim, { expiresAt }: BatchJob): number {
  return Math.min(expiresAt ?? claimedAt + WINDOW_MS, claimedAt + LONGEST_WINDOW_MS);
}

/** An endpoint that cannot even cancel its job is not waited for either. */
async function cancelOverdue({ id }: BatchJob, { batchApi, signal }: JobContext): Promise<void> {
  await batchApi()
    .cancel(id, signal)
    .catch((error) => {
      if (!(error instanceof Fault)) throw error;
    });
}
