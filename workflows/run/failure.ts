import { ApplicationFailure } from '@temporalio/workflow';
import { cut, Fault, type FaultKind, firstDetails } from '../../core/contracts/fault.ts';

/** The failure of a workflow for a fault: final, with kind, advice and details for clients. */
export function asFailure({ message, kind, advice, details }: Fault): ApplicationFailure {
  return ApplicationFailure.nonRetryable(cut(message), 'Fault', { kind, advice, details: firstDetails(details) });
}

/**
 * Parses the input of a workflow. An invalid input fails the workflow, as no retry can help.
 * @param parse throws a Fault if the value is invalid.
 */
export function parseOrFail<T>(parse: (value: unknown) => T, value: unknown): T {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw asFailure(error);
  }
}

/** Whether an artifact that was read is missing or corrupt. */
export function isLost(error: unknown): boolean {
  return isOfKind(error, 'lost');
}

/** Whether a service did not respond, in most cases the store. */
export function isUnavailable(error: unknown): boolean {
  return isOfKind(error, 'unavailable');
}

function isOfKind(error: unknown, kind: FaultKind): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const [fault] = (cause instanceof ApplicationFailure && cause.details) || [];
    if ((fault as Partial<Fault> | undefined)?.kind === kind) return true;
  }
  return false;
}
