import { ApplicationFailure } from '@temporalio/workflow';
import type { Fault } from '../core/contracts/fault.ts';

/** A fault as it crosses Temporal: final, with what to do about it. */
export function asFailure({ message, kind, advice, details }: Fault): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'Fault', { kind, advice, details });
}
