import type { ArtifactStore } from '../../contracts/artifact-store.ts';
import type { BatchApi, BatchJob } from '../../contracts/batch-api.ts';
import { type BatchClaim, dropClaim, recordBatch } from './batch-claims.ts';

/** A claim without a batch this old belongs to a run that died; until then its file may still be on its way up. */
const ABANDONED_MS = 30 * 60_000;

/** What it takes to work with batches. */
export interface Batching {
  store: ArtifactStore;
  /** Called once there is something to do; may throw a Fault where the worker has no such profile. */
  batchApi: () => BatchApi;
  /** The run in whose name claims are made. */
  run: string;
  profile: string;
  signal?: AbortSignal | undefined;
  /** Default: the machine's clock. */
  now?: () => number;
}

/** Whether whoever made a claim may still be about to make its batch. */
export function isBeingSent({ run, batchId, claimedAt }: BatchClaim, batching: Batching): boolean {
  const now = (batching.now ?? Date.now)();
  return batchId === undefined && run !== batching.run && now - claimedAt < ABANDONED_MS;
}

/**
 * The batch behind a claim, looked for at the endpoint where whoever made it did not live to record it. Where there is
 * none, and none is on its way, the claim is given up.
 */
export async function batchOf(claim: BatchClaim, batching: Batching): Promise<BatchJob | undefined> {
  const { store, batchApi, signal } = batching;
  const { label, batchId, claimedAt } = claim;
  if (isBeingSent(claim, batching)) return undefined;
  const state =
    batchId === undefined ? await batchApi().find(label, claimedAt, signal) : await batchApi().get(batchId, signal);
  if (!state) await dropClaim(store, label);
  else if (batchId === undefined) await recordBatch(store, label, state.id);
  return state;
}
