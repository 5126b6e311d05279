import { isGrpcServiceError } from '@temporalio/client';
import { NamespaceNotFoundError, WorkflowNotFoundError } from '@temporalio/common';
import { Fault } from '../core/contracts/fault.ts';

// https://grpc.github.io/grpc/core/md_doc_statuscodes.html
const CANCELLED = 1;
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** Converts an error of the Temporal service (not of a run) to a Fault; `unavailable` if a retry may help. */
export function serviceFault(error: unknown, server: string): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof WorkflowNotFoundError) {
    const what = error.workflowId ? `no run ${error.workflowId}` : 'no such run';
    return new Fault('input', `There is ${what}.`, '`hone list` lists the runs.', { cause: error });
  }
  if (error instanceof NamespaceNotFoundError) {
    const message = `Temporal at ${server} has no namespace ${error.namespace}.`;
    return new Fault('config', message, 'Create it, or correct TEMPORAL_NAMESPACE.', { cause: error });
  }
  const { code, reason } = grpcError(error);
  // Without a server, the errors of the SDK's two clients have no gRPC status.
  if (code === undefined && /failed to connect|connect ?error/i.test(reason)) return unreachable(server, error);
  switch (code) {
    case UNAUTHENTICATED:
    case PERMISSION_DENIED:
      return new Fault(
        'credentials',
        `Temporal at ${server} refuses the credentials: ${reason}.`,
        'Check TEMPORAL_API_KEY or the certificates, and the namespace.',
        { cause: error },
      );
    case NOT_FOUND:
      return new Fault('input', `Temporal at ${server} says: ${reason}.`, '`hone list` lists the runs.', {
        cause: error,
      });
    case INVALID_ARGUMENT:
      return new Fault(
        'input',
        `Temporal at ${server} refuses the request: ${reason}.`,
        'Correct what the message names.',
        {
          cause: error,
        },
      );
    case CANCELLED:
    case DEADLINE_EXCEEDED:
    case UNAVAILABLE:
      return unreachable(server, error);
    default:
      return new Fault('unavailable', `Temporal at ${server} failed: ${reason}.`, 'Try again.', { cause: error });
  }
}

/** Whether Temporal has not what was asked about. */
export function isNotFound(error: unknown): boolean {
  return isGrpcServiceError(error) && error.code === NOT_FOUND;
}

/** Whether an error comes from the Temporal service instead of the run. */
export function isServiceError(error: unknown): boolean {
  return (
    error instanceof Error && ['ServiceError', 'WorkflowNotFoundError', 'NamespaceNotFoundError'].includes(error.name)
  );
}

function unreachable(server: string, cause: unknown): Fault {
  return new Fault(
    'unavailable',
    `No Temporal server answers at ${server}.`,
    'Start it, or check TEMPORAL_ADDRESS. If that is not set, Hone starts its own server.',
    { cause },
  );
}

/** The gRPC status among the causes of an error. */
function grpcError(error: unknown): { code: number | undefined; reason: string } {
  let current = error;
  while (current instanceof Error) {
    if (isGrpcServiceError(current)) return { code: current.code, reason: current.details };
    if (current.cause === undefined) break;
    current = current.cause;
  }
  return { code: undefined, reason: error instanceof Error ? error.message : String(error) };
}
