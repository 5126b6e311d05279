import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { RunState } from './follow.ts';

/** A run tunes a model; a retraining looks whether one should be, and has a run of its own do it. */
export type RunKind = 'run' | 'retrain';

/** One line about a run. */
export interface RunSummary {
  kind: RunKind;
  workflowId: string;
  runId: string;
  state: RunState;
  startedAt: Date;
  closedAt?: Date;
  /** What keeps a running one from going on until somebody lets it. */
  hold?: 'paused' | 'approval';
  /** What it is called; absent for a run that was not started by this client. */
  title?: string;
}

export interface RunDescription extends RunSummary {
  /** What was asked for, as it was sent; unchecked if it was not sent by this client. */
  request: unknown;
}

export function stateOf({ status }: Pick<WorkflowExecutionInfo, 'status'>): RunState {
  switch (status.name) {
    case 'COMPLETED':
      return 'done';
    case 'CANCELLED':
      return 'cancelled';
    case 'FAILED':
    case 'TERMINATED':
    case 'TIMED_OUT':
      return 'failed';
    default:
      return 'running';
  }
}

export function summaryOf(info: WorkflowExecutionInfo | Omit<WorkflowExecutionInfo, 'raw'>): RunSummary {
  const { type, workflowId, runId, startTime, closeTime, memo } = info;
  return {
    kind: type === 'retrain' ? 'retrain' : 'run',
    workflowId,
    runId,
    state: stateOf(info),
    startedAt: startTime,
    ...(closeTime === undefined ? {} : { closedAt: closeTime }),
    ...(closeTime === undefined && (memo?.hold === 'paused' || memo?.hold === 'approval') ? { hold: memo.hold } : {}),
    ...(typeof memo?.title === 'string' ? { title: memo.title } : {}),
  };
}
