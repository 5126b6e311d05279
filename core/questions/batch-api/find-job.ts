import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { BatchApi, BatchJob } from '../../contracts/batch-api.ts';
import { dropClaim, type JobClaim, recordJob } from './job-claims.ts';

/** A claim this old without a job belongs to a run that died; until then its file may still be uploading. */
const ABANDONED_MS = 30 * 60_000;

/** What every operation on Batch API jobs needs. */
export interface JobContext {
  store: ArtifactStore;
  /** Called when there is something to do; throws a Fault if the worker does not have the profile. */
  batchApi: () => BatchApi;
  /** The workflow in whose name claims are made. */
  run: string;
  /** The run that pays for them; see `LedgerEntry.paid`. Undefined where nothing is sent. */
  payer?: string | undefined;
  profile: string;
  /** Name of its endpoint in the ledger; see `Layer`. Undefined where the worker does not have the profile. */
  endpoint?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Default: the machine's clock. */
  now?: () => number;
}

/** Whether another run may still be about to create the job of its claim. */
export function isBeingSent({ run, jobId, claimedAt }: JobClaim, context: JobContext): boolean {
  const now = (context.now ?? Date.now)();
  return jobId === undefined && run !== context.run && now - claimedAt < ABANDONED_MS;
}

/**
 * The job of a claim. If the process that created the job died before it recorded its id, the job is searched for at
 * the endpoint. A claim without a job is dropped, unless its job is being sent.
 */
export async function findJob(claim: JobClaim, context: JobContext): Promise<BatchJob | undefined> {
  const { store, batchApi, signal } = context;
  const { label, jobId, claimedAt } = claim;
  if (isBeingSent(claim, context)) return undefined;
  const job =
    jobId === undefined ? await batchApi().find(label, claimedAt, signal) : await batchApi().get(jobId, signal);
  if (!job) await dropClaim(store, label);
  else if (jobId === undefined) await recordJob(store, label, job.id);
  return job;
}
