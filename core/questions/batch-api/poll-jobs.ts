import type { JobsProgress, SubmittedJob } from '../../contracts/batch-jobs.ts';
import { findJob, isBeingSent, type JobContext } from './find-job.ts';
import { claimsOf, readClaims } from './job-claims.ts';

/** Checks the state of each job once. A job whose claim is gone has been received by another run. */
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
      progress.ended &&= job.ended;
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
