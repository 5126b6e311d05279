import type { WorkflowInterceptors } from '@temporalio/workflow';
import { payloadConverter } from './payload-converter.ts';

/**
 * Fails a workflow, a query or an update whose result is too large to be handed on. The SDK converts results after the
 * last place where an error fails the workflow: one of the converter then fails the workflow task, again and again.
 */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      execute: async (input, next) => checked(await next(input)),
      handleQuery: async (input, next) => checked(await next(input)),
      handleUpdate: async (input, next) => checked(await next(input)),
    },
  ],
});

/** @throws ApplicationFailure as the payload converter does. */
function checked<T>(result: T): T {
  payloadConverter.toPayload(result);
  return result;
}
