import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Approval, ControlAnswer } from '../core/contracts/control.ts';
import type { Progress, StageName, StageProgress } from '../core/contracts/progress.ts';
import type { Lease, LeaseReport, LeaseRequest, RateLimitWait } from '../core/contracts/rate-limit.ts';

/**
 * Progress of a run, stage by stage. The current figures of a running stage are in the heartbeat of its activity, or,
 * if a child workflow runs it, in the child's answer to `stageProgress`.
 */
export const progressQuery = defineQuery<Progress>('progress');
/** To a child workflow that runs a stage: how far that stage is. */
export const stageProgressQuery = defineQuery<{ stage: StageName; progress: StageProgress }>('stageProgress');

/**
 * To a rate limiter: a request for a lease; a report of how a lease was used; the cancellation of all requests of a
 * workflow.
 */
export const leaseRequested = defineSignal<[LeaseRequest]>('leaseRequested');
export const leaseReported = defineSignal<[LeaseReport]>('leaseReported');
export const leaseRequestsWithdrawn = defineSignal<[workflowId: string]>('leaseRequestsWithdrawn');

/** From a rate limiter: a granted lease; how long the workflow has to wait for one. */
export const leaseGranted = defineSignal<[Lease]>('leaseGranted');
export const rateLimitWait = defineSignal<[RateLimitWait]>('rateLimitWait');

/**
 * To a run, from a child workflow that has asked, however that ended: how long it took. What it has paid for is in the
 * ledger. (Earlier versions reported that as well, hence the name on the wire.)
 */
export const askingEnded = defineSignal<[{ seconds: number }]>('spendingReported');

/*
 * Control messages of a run. Each exists as an update and as a signal: an update is answered when it has taken effect,
 * or is refused with a reason; a signal is kept by the server while no worker runs, and is ignored if it does not
 * apply.
 */

/** Stops the running step and holds the run before the next one; answered when the step has stopped. */
export const pauseUpdate = defineUpdate<ControlAnswer>('pause');
export const pauseSignal = defineSignal('pause');

export const resumeUpdate = defineUpdate<ControlAnswer>('resume');
export const resumeSignal = defineSignal('resume');

/** The same as cancelling the workflow. */
export const cancelUpdate = defineUpdate<ControlAnswer>('cancel');
export const cancelSignal = defineSignal('cancel');

/** Approves or rejects at the gate at which the run waits. */
export const approveUpdate = defineUpdate<ControlAnswer, [Approval?]>('approve');
export const approveSignal = defineSignal<[Approval?]>('approve');
