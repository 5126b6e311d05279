import { rm } from 'node:fs/promises';
import { ApplicationFailure, CancelledFailure, Context, type Info } from '@temporalio/activity';
import { Fault } from '../../core/contracts/fault.ts';
import type { StageName, StageProgress } from '../../core/contracts/progress.ts';
import { diskFullFault } from '../../core/primitives/disk-full.ts';
import type { StepContext, WorkerContext } from './context.ts';
import { makeScratch } from './scratch.ts';

/** Often enough for the shortest heartbeat time-out, with room for a busy loop. */
const HEARTBEAT_EVERY_MS = 1_000;

/** A full disk or an out-of-memory kill may pass; after so many attempts a person should hear of it. */
const EXHAUSTED_ATTEMPTS = 3;

/** An error nobody foresaw is a bug or a passing fault of the machine; it is given this many chances. */
const UNFORESEEN_ATTEMPTS = 5;

/** Makes an activity of a step: heartbeats while it works, a scratch folder, and errors sorted for Temporal's retries. */
export function activity<I, O>(
  worker: WorkerContext,
  stage: StageName,
  step: (context: StepContext, input: I) => Promise<O>,
) {
  return async (input: I): Promise<O> => {
    const temporal = Context.current();
    let latest: StageProgress | undefined;
    let remembered = rememberedIn(temporal.info.heartbeatDetails);
    const beat = () => temporal.heartbeat({ stage, progress: latest, remembered });
    const timer = setInterval(beat, HEARTBEAT_EVERY_MS);
    let scratch: string | undefined;
    try {
      beat();
      scratch = await makeScratch(worker.cache, stage);
      return await step(
        {
          ...worker,
          scratch,
          signal: temporal.cancellationSignal,
          lease: leaseOf(temporal.info),
          remembered,
          remember: (value) => {
            remembered = value;
            beat();
          },
          progress: (progress) => {
            latest = progress;
            beat();
          },
        },
        input,
      );
    } catch (error) {
      if (temporal.cancellationSignal.aborted)
        throw stopped(await temporal.cancelled.catch((reason: CancelledFailure) => reason), latest);
      throw asFailure(error, temporal.info.attempt);
    } finally {
      clearInterval(timer);
      if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
    }
  };
}

/** More attempts than any step will ever have. */
const ATTEMPTS = 1_000_000;

/** Activities are numbered in one execution of a workflow: a step begun again after a pause counts as a later attempt. */
function leaseOf({ workflowExecution, activityId, attempt }: Info): StepContext['lease'] {
  return { run: workflowExecution?.runId ?? '', attempt: Number(activityId) * ATTEMPTS + attempt };
}

function rememberedIn(heartbeat: unknown): unknown {
  return (heartbeat as { remembered?: unknown } | undefined)?.remembered;
}

/** The workflow hears no heartbeats: how far a step was when it was stopped goes with its cancellation. */
function stopped({ message }: CancelledFailure, latest: StageProgress | undefined): CancelledFailure {
  return new CancelledFailure(message, latest ? [latest] : []);
}

/** What a step threw, as Temporal should take it: retried where a retry can help, final where it cannot. */
export function asFailure(thrown: unknown, attempt: number): Error {
  const error = diskFullFault(thrown) ?? thrown;
  if (!(error instanceof Fault)) {
    const message = error instanceof Error ? error.message : String(error);
    return ApplicationFailure.create({
      message,
      type: 'Unforeseen',
      nonRetryable: attempt >= UNFORESEEN_ATTEMPTS,
      cause: error instanceof Error ? error : new Error(message),
    });
  }
  const { kind, advice, details, retryAfterMs } = error;
  return ApplicationFailure.create({
    message: error.message,
    type: 'Fault',
    nonRetryable: !error.retryable || (kind === 'exhausted' && attempt >= EXHAUSTED_ATTEMPTS),
    details: [{ kind, advice, details }],
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: retryAfterMs }),
  });
}
