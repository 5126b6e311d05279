import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { z } from 'zod';
import { FAULT_KINDS, Fault } from '../core/contracts/fault.ts';

/** What a Fault carries across Temporal, as the first detail of an `ApplicationFailure` of type `Fault`. */
const Carried = z.object({
  kind: z.enum(FAULT_KINDS),
  advice: z.string(),
  details: z.array(z.string()).default([]),
});

/**
 * Turns what ended a run back into the Fault that caused it. The failure as Temporal gave it, stack and all, is its
 * `cause`; an error that nobody foresaw keeps its message and is of kind `unavailable`.
 */
export function faultOf(error: unknown, workflowId: string): Fault {
  if (error instanceof Fault) return error;
  const chain = [...causes(error)];
  for (const failure of chain) {
    if (failure instanceof ApplicationFailure && failure.type === 'Fault') {
      const carried = Carried.safeParse(failure.details?.[0]);
      if (!carried.success) continue;
      const { kind, advice, details } = carried.data;
      return new Fault(kind, failure.message, advice, { details, cause: error });
    }
  }
  const again = 'Start it again: what was finished is reused.';
  const innermost = chain.at(-1);
  if (innermost instanceof CancelledFailure) {
    return new Fault('input', `Run ${workflowId} was cancelled.`, again, { cause: error });
  }
  if (innermost instanceof TerminatedFailure) {
    return new Fault('input', `Run ${workflowId} was terminated by hand.`, again, { cause: error });
  }
  if (innermost instanceof TimeoutFailure) {
    return new Fault('unavailable', `Run ${workflowId} ran out of time.`, again, { cause: error });
  }
  const message = innermost instanceof Error ? innermost.message : String(error);
  return new Fault(
    'unavailable',
    `Run ${workflowId} failed unexpectedly: ${message}`,
    'The stack is in the run’s history; if this happens again, please report it.',
    { cause: error },
  );
}

function* causes(error: unknown): Generator<unknown> {
  let current = error instanceof WorkflowFailedError ? (error.cause ?? error) : error;
  const seen = new Set<unknown>();
  while (current !== undefined && current !== null && !seen.has(current)) {
    seen.add(current);
    yield current;
    current = current instanceof Error ? current.cause : undefined;
  }
}
