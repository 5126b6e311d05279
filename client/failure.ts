import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { z } from 'zod';
import { FAULT_KINDS, Fault } from '../core/contracts/fault.ts';

/** The first detail of an `ApplicationFailure` of type `Fault`, by which a Fault passes through Temporal. */
const FaultDetail = z.object({
  kind: z.enum(FAULT_KINDS),
  advice: z.string(),
  details: z.array(z.string()).default([]),
});

/**
 * Converts the failure of a workflow to the Fault that caused it. Temporal's failure is its `cause`. An unexpected
 * error becomes a Fault `unavailable` with the same message.
 */
export function faultOf(error: unknown, workflowId: string): Fault {
  if (error instanceof Fault) return error;
  const chain = [...causes(error)];
  for (const failure of chain) {
    if (failure instanceof ApplicationFailure && failure.type === 'Fault') {
      const detail = FaultDetail.safeParse(failure.details?.[0]);
      if (!detail.success) continue;
      const { kind, advice, details } = detail.data;
      return new Fault(kind, failure.message, advice, { details, cause: error });
    }
  }
  const startAgain = 'Start it again: its finished work is reused.';
  const innermost = chain.at(-1);
  if (innermost instanceof CancelledFailure) {
    return new Fault('input', `Run ${workflowId} was cancelled.`, startAgain, { cause: error });
  }
  if (innermost instanceof TerminatedFailure) {
    return new Fault('input', `Run ${workflowId} was terminated.`, startAgain, { cause: error });
  }
  if (innermost instanceof TimeoutFailure) {
    return new Fault('unavailable', `Run ${workflowId} timed out.`, startAgain, { cause: error });
  }
  const message = innermost instanceof Error ? innermost.message : String(error);
  return new Fault(
    'unavailable',
    `Run ${workflowId} failed unexpectedly: ${message}`,
    'The stack trace is in the history of the run; if the error persists, please report it.',
    { cause: error },
  );
}

/** The error and its causes, outermost first. */
function* causes(error: unknown): Generator<unknown> {
  let current = error instanceof WorkflowFailedError ? (error.cause ?? error) : error;
  const seen = new Set<unknown>();
  while (current !== undefined && current !== null && !seen.has(current)) {
    seen.add(current);
    yield current;
    current = current instanceof Error ? current.cause : undefined;
  }
}
