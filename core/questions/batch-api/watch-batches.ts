import type { JobsProgress, SubmittedJob } from '../../contracts/batch-jobs.ts';
import { claimsOf, readClaims } from './batch-claims.ts';
import { type Batching, batchOf, isBeingSent } from './batching.ts';

/** Looks once at every batch. One whose claim is gone was received by somebody else. */
export async function watchBatches(batches: readonly SubmittedJob[], batching: Batching): Promise<JobsProgress> {
  const progress: JobsProgress = { done: 0, total: 0, ended: true };
  const claims = new Map((await claimsOf(batching.store, batches)).map((claim) => [claim.label, claim]));
  for (const { label, lines } of batches) {
    progress.total += lines;
    const claim = claims.get(label);
    const state = claim && (await batchOf(claim, batching));
    if (!claim) progress.done += lines;
    else if (!state) progress.ended &&= !isBeingSent(claim, batching);
    else {
      progress.done += state.answered + state.failed;
      progress.ended &&= state.ended;
      if (state.expiresAt) progress.expiresAt = Math.max(progress.expiresAt ?? 0, state.expiresAt);
    }
  }
  return progress;
}

/**
 * Has the batches that a run pays for cancelled. What they did until then is paid for and waits at the endpoint: their
 * claims stay, so that the next run which wants it takes it in.
 * @returns how many were still going on.
 */
export async function cancelBatches(batching: Batching): Promise<number> {
  let cancelled = 0;
  for (const claim of await readClaims(batching.store)) {
    if (claim.run !== batching.run || claim.profile !== batching.profile) continue;
    const state = await batchOf(claim, batching);
    if (!state || state.ended) continue;
    await batching.batchApi().cancel(state.id, batching.signal);
    cancelled++;
  }
  return cancelled;
}
