import { log, type WorkflowInterceptors } from '@temporalio/workflow';
import { Fault } from '../core/contracts/fault.ts';
import { whyUnreadable } from '../core/contracts/unreadable.ts';
import { asFailure } from './run/failure.ts';

/**
 * What a workflow does with values that the worker's codec could not decrypt: a run whose input or a step's result is
 * unreadable fails with the reason; an update or query is refused; a signal is left out, with a warning.
 */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        // Asynchronous: what it throws before its first promise would fail the workflow task instead of the run.
        execute: async (input, next) => {
          refuseUnreadable(input.args);
          return next(input);
        },
        handleSignal: async (input, next) => {
          const why = whyUnreadable(input.args);
          if (why)
            return log.warn(`The signal ${input.signalName} is left out: ${why.message}`, { advice: why.advice });
          await next(input);
        },
        validateUpdate: (input, next) => {
          refuseUnreadable(input.args);
          next(input);
        },
        handleQuery: async (input, next) => {
          refuseUnreadable(input.args);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: async (input, next) => readable(await next(input)),
        scheduleLocalActivity: async (input, next) => readable(await next(input)),
        startChildWorkflowExecution: async (input, next) => {
          const [started, result] = await next(input);
          const checked = result.then(readable);
          // Whoever awaits it gets the failure; a child that nobody awaits must not count as an unhandled rejection.
          checked.catch(() => {});
          return [started, checked];
        },
      },
    ],
  };
}

function readable<T>(value: T): T {
  refuseUnreadable([value]);
  return value;
}

/** @throws ApplicationFailure `config`, final. */
function refuseUnreadable(values: readonly unknown[]): void {
  const why = whyUnreadable(values);
  if (why) throw asFailure(new Fault('config', why.message, why.advice));
}
