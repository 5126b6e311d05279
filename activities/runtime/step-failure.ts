import { ApplicationFailure } from '@temporalio/activity';
import { z } from 'zod';
import type { ArtifactStore } from '../../core/contracts/artifact-store.ts';
import { cut, Fault, firstDetails, MOST_DETAILS } from '../../core/contracts/fault.ts';
import { sha256 } from '../../core/primitives/hash.ts';
import { systemFault } from '../../core/primitives/system-fault.ts';

/**
 * How often a step may fail in this way before the run fails and a person has to look: a full disk or a lack of memory
 * may be temporary, and an error that is no `Fault` is a bug or a temporary problem of the machine.
 */
const MOST_FAILURES = { exhausted: 3, unforeseen: 5 } as const;

/**
 * How often the attempts of a step have failed. Temporal's number of the attempt does not tell: an attempt whose worker
 * died counts there as well, and says nothing about the step.
 */
export const Failures = z.object({ exhausted: z.number().int(), unforeseen: z.number().int() });
export type Failures = z.infer<typeof Failures>;

export const NO_FAILURES: Failures = { exhausted: 0, unforeseen: 0 };

/** Counts what a step threw. */
export function withFailure(failures: Failures, thrown: unknown): Failures {
  const error = systemFault(thrown) ?? thrown;
  if (!(error instanceof Fault)) return { ...failures, unforeseen: failures.unforeseen + 1 };
  return error.kind === 'exhausted' ? { ...failures, exhausted: failures.exhausted + 1 } : failures;
}

/**
 * Turns what a step threw into a failure that is retried if a retry can help, and final if not.
 * @param failures Of the attempts of the step so far, this one included.
 */
export function asFailure(thrown: unknown, failures: Failures): Error {
  const error = systemFault(thrown) ?? thrown;
  if (!(error instanceof Fault)) {
    const message = cut(error instanceof Error ? error.message : String(error));
    return ApplicationFailure.create({
      message,
      type: 'Unforeseen',
      nonRetryable: failures.unforeseen >= MOST_FAILURES.unforeseen,
      cause: error instanceof Error ? error : new Error(message),
    });
  }
  const { kind, advice, details, retryAfterMs } = error;
  return ApplicationFailure.create({
    message: cut(error.message),
    type: 'Fault',
    nonRetryable: !error.retryable || (kind === 'exhausted' && failures.exhausted >= MOST_FAILURES.exhausted),
    details: [{ kind, advice, details: firstDetails(details) }],
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}

/**
 * The same error; if it is a Fault with a long list, with the beginning of the list and the place of the whole one,
 * which is stored under `failures/`.
 */
export async function shortened(error: unknown, store: ArtifactStore): Promise<unknown> {
  if (!(error instanceof Fault) || error.details.length <= MOST_DETAILS) return error;
  const { details } = error;
  const text = `${details.join('\n')}\n`;
  const key = `failures/${sha256(text)}.txt`;
  const stored = await store.putIfAbsent(key, Buffer.from(text)).then(
    () => `${store.uri}/${key}`,
    // The error itself is more important than its list.
    () => undefined,
  );
  return error.with({ details: firstDetails(details, stored) });
}
