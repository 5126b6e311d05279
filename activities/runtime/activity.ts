import { rm } from 'node:fs/promises';
import { CancelledFailure, Context, type Info } from '@temporalio/activity';
import { cut } from '../../core/contracts/fault.ts';
import type { StageName, StageProgress } from '../../core/contracts/progress.ts';
import { makeScratch } from '../../core/primitives/scratch.ts';
import type { StepContext, WorkerContext } from './context.ts';
import { asFailure, Failures, NO_FAILURES, shortened, withFailure } from './step-failure.ts';
import { StepObserver } from './step-observer.ts';

/** The shortest heartbeat time-out is 5 s (training); a busy event loop may delay a heartbeat. */
const HEARTBEAT_EVERY_MS = 1_000;

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
  const observer = new StepObserver(worker.measure, stage);
  return async (input: I): Promise<O> => {
    const temporal = Context.current();
    const observed = observer.begin(temporal);
    let latest: StageProgress | undefined;
    let { remembered, failures } = passedOn(temporal.info.heartbeatDetails);
    const heartbeat = () => temporal.heartbeat({ stage, progress: latest, remembered, failures });
    const timer = setInterval(heartbeat, HEARTBEAT_EVERY_MS);
    let scratch: string | undefined;
    try {
      heartbeat();
      scratch = await makeScratch(worker.cache, stage);
      const result = await step(
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
            latest = progress.note === undefined ? progress : { ...progress, note: cut(progress.note) };
            heartbeat();
            observed.progress(progress);
          },
        },
        input,
      );
      observed.ended(result);
      return result;
    } catch (error) {
      if (temporal.cancellationSignal.aborted) {
        observed.stopped();
        throw cancelled(await temporal.cancelled.catch((reason: CancelledFailure) => reason), latest);
      }
      failures = withFailure(failures, error);
      heartbeat();
      const failure = asFailure(await shortened(error, worker.store), failures);
      observed.failed(error, failure);
      throw failure;
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
  return { remembered, failures: Failures.safeParse(failures).data ?? NO_FAILURES };
}

/** Workflows do not receive heartbeats, so the last progress of a cancelled step is sent with its cancellation. */
function cancelled({ message }: CancelledFailure, latest: StageProgress | undefined): CancelledFailure {
  return new CancelledFailure(message, latest ? [latest] : []);
}
