import { ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';
import type { Fault, FaultKind } from '../../core/contracts/fault.ts';

/** A fault as it crosses Temporal: final, with what to do about it. */
export function asFailure({ message, kind, advice, details }: Fault): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'Fault', { kind, advice, details });
}

/**
 * Whether it failed because an artifact that it reads is gone, or has other bytes than it was stored with. Not so of a
 * run that a retraining began: that has gone through its own steps as often as it may.
 */
export function isLost(error: unknown): boolean {
  return isOfKind(error, 'lost');
}

/** Whether it failed because a service that a step needs did not answer, the store most often. */
export function isUnavailable(error: unknown): boolean {
  return isOfKind(error, 'unavailable');
}

function isOfKind(error: unknown, kind: FaultKind): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ChildWorkflowFailure && cause.workflowType === 'fineTune') return false;
    const [fault] = (cause instanceof ApplicationFailure && cause.details) || [];
    if ((fault as Partial<Fault> | undefined)?.kind === kind) return true;
  }
  return false;
}
