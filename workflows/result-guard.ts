import type { WorkflowInterceptors } from '@temporalio/workflow';
import { payloadConverter } from './payload-converter.ts';

/**
 * Fails a workflow or a query whose result is too large to be handed on. The SDK converts results after the last place
 * where an error fails the workflow: one of the converter then fails the workflow task, again and again.
 * Answers to updates are not intercepted: they are a sentence each, and would come later among the commands of a
 * workflow task than in the histories of runs that are open.
 */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      execute: async (input, next) => checked(await next(input)),
      handleQuery: async (input, next) => checked(await next(input)),
    },
  ],
});

/** @throws ApplicationFailure as the payload converter does. */
function checked<T>(result: T): T {
  payloadConverter.toPayload(result);
  return result;
}
