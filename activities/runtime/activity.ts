import { rm } from 'node:fs/promises';
import { ApplicationFailure, CancelledFailure, Context, type Info } from '@temporalio/activity';
import { z } from 'zod';
import { Fault } from '../../core/contracts/fault.ts';
import type { StageName, StageProgress } from '../../core/contracts/progress.ts';
import { systemFault } from '../../core/primitives/system-fault.ts';
import type { StepContext, WorkerContext } from './context.ts';
import { makeScratch } from './scratch.ts';

/** The shortest heartbeat time-out is 5 s (training); a busy event loop may delay a heartbeat. */
const HEARTBEAT_EVERY_MS = 1_000;

/**
 * How often a step may fail in this way before the run fails and a person has to look: a full disk or a lack of memory
 * may be temporary, and an error that is no `Fault` is a bug or a temporary problem of the machine.
 */
const MOST_FAILURES = { exhausted: 3, unforeseen: 5 } as const;

/**
 * How often the attempts of a step have failed. Temporal's number of the attempt does not tell: an attempt whose worker
 * died counts there as well, and says nothing about the step.
 */
const Failures = z.object({ exhausted: z.number().int(), unforeseen: z.number().int() });
type Failures = z.infer<typeof Failures>;

/**
 * Makes a Temporal activity of a step function: sends heartbeats while it runs, gives it a scratch folder, and turns
 * its errors into failures that Temporal retries or not.
 * @param stage the stage under which clients show the progress of the step.
 */
export function activity<I, O>(
  worker: WorkerContext,
  stage: StageName,
  step: (context: StepContext, input: I) => Promise<O>,
) {
  return async (input: I): Promise<O> => {
    const temporal = Context.current();
    let latest: StageProgress | undefined;
    let { remembered, failures } = passedOn(temporal.info.heartbeatDetails);
    const heartbeat = () => temporal.heartbeat({ stage, progress: latest, remembered, failures });
    const timer = setInterval(heartbeat, HEARTBEAT_EVERY_MS);
    let scratch: string | undefined;
    try {
      heartbeat();
      scratch = await makeScratch(worker.cache, stage);
      return await step(
        {
          ...worker,
          scratch,
          signal: temporal.cancellationSignal,
          owner: ownerOf(temporal.info),
          remembered,
          remember: (value) => {
            remembered = value;
            heartbeat();
          },
          progress: (progress) => {
            latest = progress;
            heartbeat();
          },
        },
        input,
      );
    } catch (error) {
      if (temporal.cancellationSignal.aborted)
        throw cancelled(await temporal.cancelled.catch((reason: CancelledFailure) => reason), latest);
      failures = withFailure(failures, error);
      heartbeat();
      throw asFailure(error, failures);
    } finally {
      clearInterval(timer);
      if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
    }
  };
}

/** More attempts than any activity has. */
const MAX_ATTEMPTS = 1_000_000;

/**
 * Activity ids count up in one workflow execution. Invariant: a step that is begun again after a pause, which is a new
 * activity with attempt 1, gets a higher number than all attempts before it.
 */
function ownerOf({ workflowExecution, activityId, attempt }: Info): StepContext['owner'] {
  return { run: workflowExecution?.runId ?? '', attempt: Number(activityId) * MAX_ATTEMPTS + attempt };
}

/** What the last heartbeat of the attempt before says. */
function passedOn(heartbeat: unknown): { remembered: unknown; failures: Failures } {
  const { remembered, failures } = (heartbeat ?? {}) as { remembered?: unknown; failures?: unknown };
  return { remembered, failures: Failures.safeParse(failures).data ?? { exhausted: 0, unforeseen: 0 } };
}

/** Counts what a step threw. */
function withFailure(failures: Failures, thrown: unknown): Failures {
  const error = systemFault(thrown) ?? thrown;
  if (!(error instanceof Fault)) return { ...failures, unforeseen: failures.unforeseen + 1 };
  return error.kind === 'exhausted' ? { ...failures, exhausted: failures.exhausted + 1 } : failures;
}

/** Workflows do not receive heartbeats, so the last progress of a cancelled step is sent with its cancellation. */
function cancelled({ message }: CancelledFailure, latest: StageProgress | undefined): CancelledFailure {
  return new CancelledFailure(message, latest ? [latest] : []);
}

/**
 * Turns what a step threw into a failure that is retried if a retry can help, and final if not.
 * @param failures Of the attempts of the step so far, this one included.
 */
export function asFailure(thrown: unknown, failures: Failures): Error {
  const error = systemFault(thrown) ?? thrown;
  if (!(error instanceof Fault)) {
    const message = error instanceof Error ? error.message : String(error);
    return ApplicationFailure.create({
      message,
      type: 'Unforeseen',
      nonRetryable: failures.unforeseen >= MOST_FAILURES.unforeseen,
      cause: error instanceof Error ? error : new Error(message),
    });
  }
  const { kind, advice, details, retryAfterMs } = error;
  return ApplicationFailure.create({
    message: error.message,
    type: 'Fault',
    nonRetryable: !error.retryable || (kind === 'exhausted' && failures.exhausted >= MOST_FAILURES.exhausted),
    details: [{ kind, advice, details }],
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
