import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Progress, StageName, StageProgress } from '../core/contracts/progress.ts';
import type { Lease, LeaseAsk, LeaseReport, QuotaWait } from '../core/contracts/quota.ts';

/**
 * How far the run is, stage by stage; live figures of a running stage are in its activity's heartbeat, or in the answer
 * of the child workflow that runs it to `stageProgress`.
 */
export const progressQuery = defineQuery<Progress>('progress');
export const stageProgressQuery = defineQuery<{ stage: StageName; progress: StageProgress }>('stageProgress');

/** To a governor: somebody wants to send requests, has done so, or wants to no longer (the id of its workflow). */
export const leaseWanted = defineSignal<[LeaseAsk]>('leaseWanted');
export const leaseReported = defineSignal<[LeaseReport]>('leaseReported');
export const wishesWithdrawn = defineSignal<[string]>('wishesWithdrawn');

/** From a governor: go ahead, or there is a while to wait. */
export const leaseGranted = defineSignal<[Lease]>('leaseGranted');
export const quotaAwaited = defineSignal<[QuotaWait]>('quotaAwaited');
