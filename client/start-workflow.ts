import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { Fault } from '../core/contracts/fault.ts';
import { serviceFault } from './service-fault.ts';

export interface StartOptions {
  /** Default: `publish.name`, `title` or the folder's name, and eight hex digits of a hash of the request. */
  workflowId?: string;
}

export interface Started {
  workflowId: string;
  runId: string;
  /** Whether the same request was already running, so that nothing was started. */
  attached: boolean;
}

export interface WorkflowStart {
  workflowType: string;
  workflowId: string;
  title: string;
  /** Hash of the request, by which a running workflow is recognised as the same request. */
  hash: string;
  args: unknown[];
}

const DESCRIBE_MS = 10_000;

/**
 * Starts a workflow, or attaches to it if the same request is already running.
 * @param server Address of the server, for messages.
 * @param taskQueue Of the tenant.
 * @throws Fault `input` if another request is running under the workflow id; as `serviceFault` if the server fails.
 */
export async function startOrAttach(
  client: Client,
  server: string,
  taskQueue: string,
  { workflowType, workflowId, title, hash, args }: WorkflowStart,
): Promise<Started> {
  try {
    const handle = await client.workflow.start(workflowType, {
      workflowId,
      taskQueue,
      args,
      // Not USE_EXISTING, which does not tell whether the workflow was already there.
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      memo: { title, request: hash },
      staticSummary: title,
    });
    return { workflowId, runId: handle.firstExecutionRunId, attached: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw serviceFault(error, server);
  }
  const describe = () => client.workflow.getHandle(workflowId).describe();
  const running = await client.withDeadline(Date.now() + DESCRIBE_MS, describe).catch((error) => {
    throw serviceFault(error, server);
  });
  const isOther = running.memo?.request !== undefined && running.memo.request !== hash;
  if (isOther || running.taskQueue !== taskQueue) {
    throw new Fault(
      'input',
      `Another request is already running with the id ${workflowId}.`,
      'Choose another id, wait until it has ended, or cancel it.',
    );
  }
  return { workflowId, runId: running.runId, attached: true };
}
