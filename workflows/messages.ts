import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Approval, ControlAnswer } from '../core/contracts/control.ts';
import type { Progress, StageName, StageProgress } from '../core/contracts/progress.ts';
import type { Lease, LeaseReport, LeaseRequest, RateLimitWait } from '../core/contracts/rate-limit.ts';
import type { Spending } from '../core/contracts/spending.ts';

/** To a run: how far it is, stage by stage. A running stage's latest figures are in its activity's heartbeat. */
export const progressQuery = defineQuery<Progress>('progress');
/** To a child workflow that runs a stage: how far that stage is. */
export const stageProgressQuery = defineQuery<{ stage: StageName; progress: StageProgress }>('stageProgress');

/** To the rate limiter: a run asks for a lease, reports on one, or withdraws its requests (id of its workflow). */
export const leaseRequested = defineSignal<[LeaseRequest]>('leaseRequested');
export const leaseReported = defineSignal<[LeaseReport]>('leaseReported');
export const leaseRequestsWithdrawn = defineSignal<[string]>('leaseRequestsWithdrawn');

/** From the rate limiter to a run: a lease is granted, or there is a long wait before that. */
export const leaseGranted = defineSignal<[Lease]>('leaseGranted');
export const rateLimitWait = defineSignal<[RateLimitWait]>('rateLimitWait');

/** To a run, from a child workflow that has asked, however that ended: what it has spent. */
export const spendingReported = defineSignal<[Spending]>('spendingReported');

/*
 * What can be asked of a run, each in two ways: an update is answered once it has happened, or refused with the reason;
 * a signal is kept by the server even while no worker is there, and ignored where it makes no sense.
 */

/** Stops the step at work and holds the run before the next; answered when the step has stopped. */
export const pauseUpdate = defineUpdate<ControlAnswer>('pause');
export const pauseSignal = defineSignal('pause');

export const resumeUpdate = defineUpdate<ControlAnswer>('resume');
export const resumeSignal = defineSignal('resume');

/** The same as Temporal's own cancellation. */
export const cancelUpdate = defineUpdate<ControlAnswer>('cancel');
export const cancelSignal = defineSignal('cancel');

/** Lets a run through the gate at which it waits, or turns it away. */
export const approveUpdate = defineUpdate<ControlAnswer, [Approval?]>('approve');
export const approveSignal = defineSignal<[Approval?]>('approve');
